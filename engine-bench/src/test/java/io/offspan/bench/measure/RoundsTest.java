package io.offspan.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.offspan.bench.result.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<String> ran = new ArrayList<>();

    private Subject costs(String name, double... nanos) {
        int[] next = {0};
        return meter -> {
            ran.add(name);
            meter.put(Metric.CPU, nanos[next[0]++ % nanos.length]);
        };
    }

    @Test
    void everyRoundBeginsWithAnotherSubject() throws IOException {
        Rounds rounds =
                new Rounds("g").add("a", costs("a", 1)).add("b", costs("b", 1)).add("c", costs("c", 1));
        for (int i = 0; i < 3; i++) {
            rounds.round(i);
        }
        assertThat(String.join("", ran)).isEqualTo("abcbcacab");
    }

    @Test
    void whatLiesWithinTheDifferenceOfTwinsIsATie() throws IOException {
        Rounds rounds = new Rounds("g")
                .addTwins("twin", costs("twin", 100), costs("again", 120))
                .add("near", costs("near", 115))
                .compare("near", "twin")
                .add("far", costs("far", 130))
                .compare("far", "twin");
        for (int i = 0; i < 5; i++) {
            rounds.round(i);
        }
        assertThat(rounds.noise()).isCloseTo(0.2, within(1e-9));
        assertThat(verdict(rounds, "near")).isEqualTo(Row.TIE);
        assertThat(verdict(rounds, "far")).isEqualTo(Row.WORSE);
    }

    @Test
    void aWarmUpIsNotCounted() throws IOException {
        Rounds rounds = new Rounds("g").add("a", costs("a", 1_000_000, 7, 9));
        rounds.warmUp();
        rounds.round(0);
        rounds.round(1);
        assertThat(rounds.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.values()).containsExactly(7.0, 9.0));
    }

    private static String verdict(Rounds rounds, String subject) {
        return rounds.rows().stream()
                .filter(row -> row.subject().equals(subject))
                .findFirst()
                .orElseThrow()
                .verdict();
    }
}
