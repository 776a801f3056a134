package io.offspan.export;

import java.time.Instant;

/**
 * A change that an exporter has made by itself to how much it sends at once and how it compresses that, and why.
 *
 * @param at when
 * @param from how much it was until then
 * @param to and since then
 * @param reason what spoke for it
 */
public record FlowDecision(Instant at, Flow from, Flow to, String reason) {
    @Override
    public String toString() {
        return at + " " + from + " -> " + to + ": " + reason;
    }
}
