package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Hex;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.query.QueryEngine;
import io.offspan.query.Trace;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the trace that a text means: its id, with or without leading zeros and {@code 0x}; the beginning of its id, if no other trace
 * begins so; or a W3C {@code traceparent}.
 *
 * @param digits the hexadecimal digits of the text, 1 to 32 in lower case
 */
record TraceLookup(String digits) {
    private static final int ID_DIGITS = 32;
    /** Half an id is a whole one of Zipkin's, and no two traces of a store share it by chance. */
    private static final int HALF = 16;

    private static final int MOST_NAMED = 5;
    private static final Pattern DIGITS = Pattern.compile("(?:0x)?([0-9a-f]+)");
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?:traceparent: ?)?[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");

    /** Reads a text of the command line. */
    static TraceLookup of(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Matcher parent = TRACEPARENT.matcher(lower);
        if (parent.matches()) {
            return new TraceLookup(parent.group(1));
        }
        Matcher digits = DIGITS.matcher(lower);
        if (!digits.matches()) {
            throw CommandException.usage(
                    "'" + text + "' is not a trace id: it has up to 32 hexadecimal digits, 0x before"
                            + " them or not, or stands in a traceparent (00-<trace id>-<span id>-01)");
        }
        String found = digits.group(1);
        if (found.length() > ID_DIGITS) {
            throw CommandException.usage(
                    "'" + text + "' is not a trace id: it has up to 32 hexadecimal digits, this has " + found.length());
        }
        return new TraceLookup(found);
    }

    /** Returns the trace, which may be empty; refuses the beginning of several. */
    Trace in(Stores stores, Terminal terminal) {
        QueryEngine engine = stores.engine();
        Trace padded = engine.trace("0".repeat(ID_DIGITS - digits.length()) + digits);
        boolean whole = digits.length() == ID_DIGITS || digits.length() >= HALF && !padded.isEmpty();
        if (whole) {
            return padded;
        }
        TreeSet<String> meant = new TreeSet<>();
        stores.all().forEach(store -> addBeginning(store.reader(), terminal, meant));
        if (!padded.isEmpty()) {
            meant.add(padded.traceId());
        }
        if (meant.size() > 1) {
            boolean more = meant.size() > MOST_NAMED;
            throw CommandException.no("'" + digits + "' could be "
                    + (more ? "more than " + MOST_NAMED : Units.count(meant.size())) + " traces of this store: "
                    + String.join(", ", meant.stream().limit(MOST_NAMED).toList()) + (more ? ", …" : "")
                    + "; give more digits");
        }
        return meant.isEmpty() || !padded.isEmpty() ? padded : engine.trace(meant.first());
    }

    /** Adds the ids in a store that begin with the digits, or of many the first found and one more than are named. */
    private void addBeginning(StoreReader reader, Terminal terminal, TreeSet<String> found) {
        String last = "0".repeat(ID_DIGITS - digits.length());
        long high = Hex.parse(digits + last, 0, HALF);
        long low = Hex.parse(digits + last, HALF, ID_DIGITS);
        long highMask = mask(Math.min(digits.length(), HALF));
        long lowMask = mask(Math.max(digits.length() - HALF, 0));
        try (StoreSnapshot snapshot = reader.snapshot();
                Progress progress = new Progress(terminal, "find trace", "spans", -1)) {
            BlockCursor blocks = snapshot.blocks();
            while (blocks.next() && found.size() <= MOST_NAMED) {
                BlockReader block = blocks.open();
                if (block == null) {
                    continue;
                }
                for (int i = 0; i < block.count() && found.size() <= MOST_NAMED; i++) {
                    SpanView span = block.span(i);
                    if ((span.traceIdHigh() & highMask) == high && (span.traceIdLow() & lowMask) == low) {
                        found.add(Hex.of(span.traceIdHigh(), span.traceIdLow()));
                    }
                }
                progress.add(block.count());
            }
        }
    }

    /** Returns the bits of so many leading digits. */
    private static long mask(int count) {
        return count == 0 ? 0 : -1L << (Long.SIZE - 4 * count);
    }
}
