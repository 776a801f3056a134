package io.offspan.export;

import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The text form of a {@link SamplingTally}: words with spaces between them, first the sums, then those of each policy behind its name and type. */
final class SamplingText {
    private static final int SUMS = 8;
    private static final int OF_POLICY = 10;

    private SamplingText() {}

    static String of(SamplingTally tally) {
        StringJoiner words = new StringJoiner(" ");
        put(words, tally.kept());
        put(words, tally.dropped());
        words.add("" + tally.waiting()).add("" + tally.early());
        words.add("" + tally.lateKept()).add("" + tally.lateDropped());
        for (OfPolicy each : tally.policies()) {
            words.add(URLEncoder.encode(each.name(), StandardCharsets.UTF_8));
            words.add(each.type());
            put(words, each.keeps());
            put(words, each.drops());
            put(words, each.keptBy());
            put(words, each.droppedBy());
        }
        return words.toString();
    }

    private static void put(StringJoiner words, Amount amount) {
        words.add("" + amount.traces()).add("" + amount.spans());
    }

    /** Reads what {@link #of} has written, and fails with some unchecked exception otherwise. */
    static SamplingTally parse(String text) {
        String[] words = text.split(" ");
        List<OfPolicy> policies = new ArrayList<>();
        for (int at = SUMS; at < words.length; at += OF_POLICY) {
            policies.add(new OfPolicy(
                    URLDecoder.decode(words[at], StandardCharsets.UTF_8),
                    words[at + 1],
                    amount(words, at + 2),
                    amount(words, at + 4),
                    amount(words, at + 6),
                    amount(words, at + 8)));
        }
        return new SamplingTally(
                amount(words, 0),
                amount(words, 2),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]),
                Long.parseLong(words[7]),
                policies);
    }

    private static Amount amount(String[] words, int at) {
        return new Amount(Long.parseLong(words[at]), Long.parseLong(words[at + 1]));
    }
}
