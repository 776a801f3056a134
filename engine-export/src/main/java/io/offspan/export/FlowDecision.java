package io.offspan.export;

import java.time.Instant;

/**
 * A change that an exporter has made by itself to how much it sends at once, and why.
 *
 * @param at when
 * @param fromBytes how large requests were allowed to be until then
 * @param toBytes and since then
 * @param reason what spoke for it
 */
public record FlowDecision(Instant at, int fromBytes, int toBytes, String reason) {
    @Override
    public String toString() {
        return at + " " + fromBytes + " -> " + toBytes + " bytes: " + reason;
    }
}
