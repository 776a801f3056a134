package io.offspan.server.otlp;

import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.server.otlp.Outcome.Kind;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Stores what requests bring, and says what to answer. A request that is answered with success is stored.
 *
 * <p>Where the store has no room for any of the spans, the sender is asked to send the request again. Where it had room for some, the others are
 * rejected: sent again, the request would store the former twice, and one that is larger than the room would never come to an end. A store
 * that waits for room ({@link io.offspan.core.OverflowPolicy#WAIT}) comes to that only when its disk does not keep up for so long.
 *
 * <p><b>Threads.</b> Any number at once.
 */
public final class Intake {
    /** What another moment may change. */
    private static final Set<String> PASSING = Set.of(
            AppendResult.name(AppendResult.NO_SLAB),
            AppendResult.name(AppendResult.BUSY),
            AppendResult.name(AppendResult.CLOSED),
            AppendResult.name(AppendResult.FAILED));

    private final SpanStore store;

    public Intake(SpanStore store) {
        this.store = store;
    }

    /** Stores the spans of an encoded ExportTraceServiceRequest. */
    Outcome store(byte[] request, int offset, int length) {
        OtlpReceipt receipt = store.appendOtlp(request, offset, length);
        Map<String, Integer> rejected = receipt.rejected();
        if (receipt.accepted() == 0 && rejected.keySet().stream().anyMatch(PASSING::contains)) {
            Throwable failure = store.failure();
            return Outcome.refused(
                    Kind.BUSY,
                    failure == null
                            ? "The store has no room at this moment: " + reasons(receipt) + "; send the request again"
                            : "The store does not work: " + failure + "; it has to be opened again");
        }
        String broken = receipt.broken();
        if (broken != null) {
            return Outcome.refused(
                    Kind.MALFORMED,
                    broken + "; " + receipt.accepted()
                            + " spans before that are stored, the rest of the request is not");
        }
        return new Outcome(Kind.STORED, receipt.rejectedCount(), rejected.isEmpty() ? "" : reasons(receipt));
    }

    private static String reasons(OtlpReceipt receipt) {
        StringJoiner reasons = new StringJoiner(", ");
        receipt.rejected().forEach((reason, spans) -> reasons.add(spans + " " + reason));
        StringJoiner examples = new StringJoiner("; ", "; ", "").setEmptyValue("");
        receipt.examples().values().forEach(examples::add);
        return reasons + examples.toString();
    }
}
