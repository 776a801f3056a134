package io.offspan.core;

import io.offspan.codec.FormatException;
import io.offspan.core.value.AppendResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one OTLP request: spans stored, spans refused by reason, and whether the request itself could be read to its end.
 *
 * <p>Spans before a broken place are stored; the OTLP name for that is partial success.
 */
public final class OtlpReceipt {
    private static final int KEPT = 10;

    /**
     * A span that was not stored.
     *
     * @param span which of the request, counted from 0
     * @param reason under which it is counted
     * @param message what the format says about it, or null
     */
    public record Refusal(int span, String reason, @Nullable String message) {}

    private int accepted;
    private int seen;
    private final List<Refusal> refusals = new ArrayList<>();
    private final Map<String, Integer> rejected = new TreeMap<>();
    private final Map<FormatException.Reason, String> examples = new EnumMap<>(FormatException.Reason.class);
    private @Nullable String broken;
    private long unknownFields;

    OtlpReceipt() {}

    void accept() {
        accepted++;
        seen++;
    }

    /** Says that the last spans of those that were accepted are not stored. */
    void takeBack(int spans) {
        if (spans > 0) {
            accepted -= spans;
            rejected.merge(AppendResult.name(AppendResult.FAILED), spans, Integer::sum);
        }
    }

    void reject(String reason) {
        reject(reason, null);
    }

    private void reject(String reason, @Nullable String message) {
        rejected.merge(reason, 1, Integer::sum);
        if (refusals.size() < KEPT) {
            refusals.add(new Refusal(seen, reason, message));
        }
        seen++;
    }

    void reject(FormatException refusal) {
        reject(refusal.reason().name(), refusal.getMessage());
        examples.putIfAbsent(refusal.reason(), String.valueOf(refusal.getMessage()));
    }

    void broken(FormatException where) {
        broken = where.getMessage();
    }

    void unknownFields(long count) {
        unknownFields = count;
    }

    /** Returns how many spans were stored. */
    public int accepted() {
        return accepted;
    }

    /** Returns how many spans were refused or dropped, by reason: names of {@link FormatException.Reason} or append results. */
    public Map<String, Integer> rejected() {
        return Map.copyOf(rejected);
    }

    /** Returns how many spans were refused or dropped. */
    public int rejectedCount() {
        return rejected.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns the first ten spans that were refused or dropped. */
    public List<Refusal> refusals() {
        return List.copyOf(refusals);
    }

    /** Returns one message for each reason that the format gave. */
    public Map<FormatException.Reason, String> examples() {
        return Map.copyOf(examples);
    }

    /** Returns why the rest of the request could not be read, or null when it was read to its end. */
    public @Nullable String broken() {
        return broken;
    }

    /** Returns how many fields this release does not know. */
    public long unknownFields() {
        return unknownFields;
    }
}
