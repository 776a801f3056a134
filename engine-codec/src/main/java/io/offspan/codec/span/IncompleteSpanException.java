package io.offspan.codec.span;

import java.util.ArrayList;
import java.util.List;

/** A draft was to be stored that lacks what no span is without; nothing was stored. */
public final class IncompleteSpanException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private IncompleteSpanException(String message) {
        super(message);
    }

    /** Refuses a draft in which any of these was not set. */
    static void require(boolean traceId, boolean spanId, boolean name, boolean start) {
        List<String> missing = new ArrayList<>();
        List<String> calls = new ArrayList<>();
        add(traceId, "trace id", "traceId", missing, calls);
        add(spanId, "span id", "spanId", missing, calls);
        add(name, "name", "name", missing, calls);
        add(start, "start", "start", missing, calls);
        if (!missing.isEmpty()) {
            throw new IncompleteSpanException("The draft has no " + String.join(", no ", missing)
                    + "; it needs a call of " + String.join(", ", calls) + " before it can be stored");
        }
    }

    private static void add(boolean there, String thing, String call, List<String> missing, List<String> calls) {
        if (!there) {
            missing.add(thing);
            calls.add(call);
        }
    }
}
