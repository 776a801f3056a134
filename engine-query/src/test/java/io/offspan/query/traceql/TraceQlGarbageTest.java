package io.offspan.query.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.QueryException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that are nowhere near a query, or much too large: a typed refusal, and soon. */
class TraceQlGarbageTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    record Hostile(String name, Reason reason, String text) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> hostile() {
        String list = "(a{99}){99}";
        return Stream.of(
                new Hostile("nothing", Reason.SYNTAX, ""),
                new Hostile("a megabyte of spaces", Reason.LIMIT, " ".repeat(1 << 20)),
                new Hostile("a megabyte of query", Reason.LIMIT, "{ .a = 1 }" + " && { .a = 1 }".repeat(75_000)),
                new Hostile("100,000 parentheses", Reason.LIMIT, "{" + "(".repeat(100_000)),
                new Hostile("100,000 parentheses with ends", Reason.LIMIT, nested("{", "(", ".a", ")", "}", 100_000)),
                new Hostile("100,000 parentheses of spansets", Reason.LIMIT, nested("", "(", "{ }", ")", "", 100_000)),
                new Hostile("100,000 exclamation marks", Reason.LIMIT, "{" + "!".repeat(100_000)),
                new Hostile("100,000 signs", Reason.LIMIT, "{" + "-".repeat(100_000)),
                new Hostile("50,000 powers", Reason.LIMIT, "{ .a = 1" + " ^ .a".repeat(50_000) + "}"),
                new Hostile("50,000 sums", Reason.LIMIT, "{ .a = 1" + " + .a".repeat(50_000) + "}"),
                new Hostile("20,000 conditions", Reason.LIMIT, "{ .a" + " && .a".repeat(20_000) + "}"),
                new Hostile("20,000 changing conditions", Reason.LIMIT, "{ .a" + " && .a || .a".repeat(10_000) + "}"),
                new Hostile("70 levels of not", Reason.LIMIT, "{" + "!".repeat(70) + ".a }"),
                new Hostile("20,000 spansets", Reason.LIMIT, "{ }" + " && { }".repeat(20_000)),
                new Hostile("20,000 stages", Reason.LIMIT, "{ }" + " | count() > 1".repeat(18_000)),
                new Hostile("20,000 fields", Reason.LIMIT, "{ } | select(.a" + ", .a".repeat(20_000) + ")"),
                new Hostile("braces", Reason.SYNTAX, "{".repeat(200_000)),
                new Hostile("a number of 200,000 digits", Reason.ARITHMETIC, "{ .a = " + "9".repeat(200_000) + " }"),
                new Hostile(
                        "a fraction of 200,000 digits", Reason.ARITHMETIC, "{.a=1." + "9".repeat(200_000) + "e999}"),
                new Hostile("an exponent of 200,000 digits", Reason.ARITHMETIC, "{.a=1e" + "9".repeat(200_000) + "}"),
                new Hostile("a duration of 200,000 digits", Reason.ARITHMETIC, "{.a=" + "9".repeat(200_000) + "ns}"),
                new Hostile("a duration of 60,000 parts", Reason.ARITHMETIC, "{.a=" + "9999h".repeat(50_000) + "}"),
                new Hostile("a word of 200,000 letters", Reason.SYNTAX, "{" + "a".repeat(200_000) + "}"),
                new Hostile("a scope of 200,000 letters", Reason.SYNTAX, "{" + "a".repeat(200_000) + ".b = 1}"),
                new Hostile("an intrinsic of 200,000 letters", Reason.SYNTAX, "{span:" + "a".repeat(200_000) + "}"),
                new Hostile("a stage of 200,000 letters", Reason.SYNTAX, "{ } | " + "a".repeat(200_000)),
                new Hostile("a name of 200,000 letters", Reason.LIMIT, "{ ." + "a".repeat(200_000) + " = 1 }"),
                new Hostile("a text of 200,000 letters", Reason.LIMIT, "{ .a = \"" + "a".repeat(200_000) + "\" }"),
                new Hostile("a pattern of 60,000 letters", Reason.PATTERN, "{ .a =~ \"" + "a".repeat(60_000) + "\" }"),
                new Hostile("5,000 lines", Reason.SYNTAX, "{" + "\n".repeat(5_000) + "}}"),
                new Hostile("half a surrogate pair", Reason.SYNTAX, "{ \ud83d }"),
                new Hostile("zero bytes", Reason.SYNTAX, "\0".repeat(100)),
                new Hostile(
                        "many costly patterns",
                        Reason.LIMIT,
                        "{ .a =~ \"" + list + "\"" + (" || .a =~ \"" + list + "\"").repeat(10_000) + "}"));
    }

    private static String nested(String before, String open, String inner, String close, String behind, int depth) {
        return before + open.repeat(depth) + inner + close.repeat(depth) + behind;
    }

    @ParameterizedTest
    @MethodSource
    void hostile(Hostile hostile) {
        Assertions.assertTimeoutPreemptively(SOON, () -> {
            TraceQlException refusal =
                    catchThrowableOfType(TraceQlException.class, () -> TraceQl.parse(hostile.text()));
            assertThat(refusal).isNotNull();
            assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(hostile.reason());
            assertThat(refusal.getMessage().length() + refusal.excerpt().length())
                    .isLessThan(1_000);
        });
    }

    @Test
    void whatIsJustWithinTheLimitsIsRead() {
        assertThat(TraceQl.parse("{" + "(".repeat(FilterLimits.MAX_NESTING - 1) + ".a"
                        + ")".repeat(FilterLimits.MAX_NESTING - 1) + "}"))
                .hasToString("{ .a = true }");
        assertThat(TraceQl.parse("{ .a" + " && .a".repeat(FilterLimits.MAX_NODES - 2) + " }")
                        .stages()
                        .get(0)
                        .nodes())
                .isEqualTo(FilterLimits.MAX_NODES);
        assertThat(TraceQl.parse("{" + "!".repeat(FilterLimits.MAX_DEPTH - 1) + ".a }")
                        .first()
                        .depth())
                .isEqualTo(FilterLimits.MAX_DEPTH);
    }

    @Test
    void changedQueriesAndRandomTextsAreReadOrRefused() {
        long seed = Long.getLong("offspan.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> good = Stream.concat(
                        CaseTable.read("accepted.txt").cases().stream(), CaseTable.read("refused.txt").cases().stream())
                .map(CaseTable.Case::query)
                .toList();
        int read = 0;
        int texts = 8_000;
        for (int i = 0; i < texts; i++) {
            String text = i % 8 == 0 ? bytes(random) : changed(good, random);
            try {
                String printed = TraceQl.parse(text).toString();
                assertThat(TraceQl.parse(printed))
                        .as("seed %d, text %s", seed, text)
                        .hasToString(printed);
                read++;
            } catch (TraceQlException refused) {
                assertThat(refused.line()).isPositive();
                assertThat(refused.column()).isPositive();
            } catch (RuntimeException | StackOverflowError wrong) {
                throw new AssertionError("Seed " + seed + ", text " + text, wrong);
            }
        }
        System.out.println(read + " of " + texts + " changed queries were read, the others refused; seed " + seed);
        assertThat(read).isBetween(texts / 20, texts * 19 / 20);
    }

    private static String bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
        return (random.nextBoolean() ? "{ " : "")
                + new String(bytes, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    /** Cuts, doubles, joins and replaces pieces of queries. */
    private static String changed(List<String> good, Random random) {
        String text = good.get(random.nextInt(good.size()));
        String other = good.get(random.nextInt(good.size()));
        int[] places = IntStream.range(0, 2)
                .map(i -> random.nextInt(text.length() + 1))
                .sorted()
                .toArray();
        String head = text.substring(0, places[0]);
        String tail = text.substring(places[1]);
        int from = random.nextInt(other.length() + 1);
        String piece = other.substring(from, Math.min(other.length(), from + random.nextInt(12)));
        return switch (random.nextInt(4)) {
            case 0 -> head + tail;
            case 1 -> head + piece + tail;
            case 2 -> text + (random.nextBoolean() ? " && " : " | ") + other;
            default -> head + " " + text.substring(places[0]);
        };
    }
}
