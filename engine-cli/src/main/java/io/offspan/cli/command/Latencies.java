package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.query.discover.Latency;

/** Writes how long spans took. */
final class Latencies {
    private Latencies() {}

    /** Writes a duration for humans; nothing where it is not known. */
    static String text(long nanos) {
        return nanos == Latency.UNKNOWN ? "-" : Units.duration(nanos);
    }

    /** Puts the quantiles into a row, null where they are not known. */
    static void put(ObjectNode row, Latency latency) {
        put(row, "p50Nanos", latency.p50Nanos());
        put(row, "p95Nanos", latency.p95Nanos());
        put(row, "p99Nanos", latency.p99Nanos());
    }

    private static void put(ObjectNode row, String name, long nanos) {
        if (nanos == Latency.UNKNOWN) {
            row.putNull(name);
        } else {
            Json.put(row, name, nanos);
        }
    }
}
