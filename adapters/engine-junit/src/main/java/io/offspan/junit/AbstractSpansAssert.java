package io.offspan.junit;

import io.offspan.codec.model.Span;
import io.offspan.codec.span.SpanStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.assertj.core.api.AbstractAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;

/**
 * What can be asserted of some spans; what fails shows them as a waterfall.
 *
 * <p>Questions are TraceQL, {@code { name = "GET /cart" && duration > 1ms }}, over whole traces too, {@code { name = "checkout" } >> { status = error }}:
 * such a question finds the spans that its last braces ask for.
 *
 * @param <SELF> the kind of assertion that a call returns
 */
public abstract class AbstractSpansAssert<SELF extends AbstractSpansAssert<SELF>>
        extends AbstractAssert<SELF, StoredSpans> {
    private static final long PAUSE_NANOS = 5_000_000;

    private long patienceNanos;

    AbstractSpansAssert(StoredSpans spans, Class<?> self, long patienceNanos) {
        super(spans, self);
        this.patienceNanos = patienceNanos;
    }

    /** Returns the spans that are looked at. */
    abstract List<Span> looked();

    /** Returns those of the spans that are looked at that answer a question. */
    abstract List<Span> answering(String traceQl);

    /** Says what is looked at: {@code the spans of this test}. */
    abstract String subject();

    long patienceNanos() {
        return patienceNanos;
    }

    /**
     * Lets each assertion after it wait so long for what is not there yet: a server ends its span a moment after its client has the answer. What must
     * not be there is looked for once, so assert first what has to be.
     */
    public SELF within(Duration patience) {
        patienceNanos = patience.toNanos();
        return myself;
    }

    /** Asserts that at least one span answers a question. */
    public SELF has(String traceQl) {
        return eventually(() -> answering(traceQl).isEmpty()
                ? "Expected in " + subject() + " a span that answers\n  " + traceQl + "\nbut none does."
                : null);
    }

    /** Asserts that no span answers a question. */
    public SELF hasNo(String traceQl) {
        return once(() -> unexpected("answers\n  " + traceQl, answering(traceQl)));
    }

    /** Asserts how many spans there are. */
    public SELF hasCount(int expected) {
        return eventually(() -> {
            int found = looked().size();
            return found == expected
                    ? null
                    : "Expected " + count(expected) + " in " + subject() + ", but there are " + found + ".";
        });
    }

    /** Asserts how many spans answer a question. */
    public SELF hasCount(int expected, String traceQl) {
        return eventually(() -> {
            List<Span> found = answering(traceQl);
            return found.size() == expected
                    ? null
                    : "Expected in " + subject() + " " + count(expected) + " to answer\n  " + traceQl + "\nbut "
                            + found.size() + (found.size() == 1 ? " does" : " do") + named(found) + ".";
        });
    }

    /** Asserts that no span has failed. */
    public SELF hasNoErrors() {
        return once(() -> unexpected(
                "has failed",
                looked().stream()
                        .filter(span -> span.statusCode() == SpanStatus.ERROR.code())
                        .toList()));
    }

    /** Asserts that each question is answered, and that the first span of each starts no earlier than that of the one before. */
    public SELF hasInOrder(String... traceQl) {
        return eventually(() -> {
            Span before = null;
            for (int i = 0; i < traceQl.length; i++) {
                List<Span> found = answering(traceQl[i]);
                if (found.isEmpty()) {
                    return "Expected in " + subject() + " a span that answers\n  " + traceQl[i] + "\nbut none does.";
                }
                Span first = found.get(0);
                if (before != null && Long.compareUnsigned(first.startNanos(), before.startNanos()) < 0) {
                    return "Expected in " + subject() + " that the first span that answers\n  " + traceQl[i]
                            + "\nstarts no earlier than the first that answers\n  " + traceQl[i - 1] + "\nbut '"
                            + first.name()
                            + "' starts " + TraceText.duration(before.startNanos() - first.startNanos()) + " before '"
                            + before.name() + "'.";
                }
                before = first;
            }
            return null;
        });
    }

    /** Goes on with the spans as a list of AssertJ, by start, the oldest first. */
    public ListAssert<Span> spans() {
        return Assertions.assertThat(looked());
    }

    /** Goes on with the spans that answer a question as a list of AssertJ, by start, the oldest first. */
    public ListAssert<Span> spans(String traceQl) {
        return Assertions.assertThat(answering(traceQl));
    }

    /** Fails with what a check says, and shows the spans; a check that is content says nothing. */
    final SELF once(Supplier<@Nullable String> check) {
        isNotNull();
        String failed = check.get();
        if (failed != null) {
            // As an argument: names of spans may hold what a format string takes for an order.
            throw failure("%s", failed + "\n\n" + TraceText.of(looked()));
        }
        return myself;
    }

    /** Puts a check again and again until it is content or patience is at its end. */
    final SELF eventually(Supplier<@Nullable String> check) {
        isNotNull();
        long start = System.nanoTime();
        while (check.get() != null && System.nanoTime() - start < patienceNanos) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return once(check);
    }

    private @Nullable String unexpected(String what, List<Span> found) {
        return found.isEmpty()
                ? null
                : "Expected in " + subject() + " no span that " + what + "\nbut " + found.size()
                        + (found.size() == 1 ? " does" : " do") + named(found) + ".";
    }

    private static String named(List<Span> spans) {
        List<String> names = new ArrayList<>();
        spans.stream()
                .map(span -> "'" + TraceText.printable(span.name()) + "'")
                .distinct()
                .limit(5)
                .forEach(names::add);
        return names.isEmpty() ? "" : ": " + String.join(", ", names);
    }

    private static String count(int spans) {
        return spans + (spans == 1 ? " span" : " spans");
    }
}
