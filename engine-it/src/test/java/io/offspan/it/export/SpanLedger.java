package io.offspan.it.export;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a receiver knows of each span, by its number: in which request it came last, and whether the exporter was told so.
 *
 * <p>A span may come again when the exporter could not know that it had arrived: the answer was no plain yes, the exporter was killed
 * before its checkpoint had passed the span, or it had left the connection on which it was answered. Any other repetition is not
 * explained.
 *
 * <p><b>Threads.</b> Any; what belongs together is done while holding the ledger.
 */
final class SpanLedger {
    /** A request whose spans were kept. */
    static final class Entry {
        private final int[] numbers;
        private boolean clear;
        private boolean abandoned;

        private Entry(int[] numbers) {
            this.numbers = numbers;
        }
    }

    private final List<String> complaints = new ArrayList<>();
    /** Spans that came again although the request before had a plain yes. */
    private final List<Entry> unasked = new ArrayList<>();

    private final BitSet acknowledged = new BitSet();
    private final BitSet rejected = new BitSet();
    /** Spans that were answered for behind the checkpoint of an exporter that was killed. */
    private final BitSet forgotten = new BitSet();

    private final BitSet poisonous = new BitSet();
    private final BitSet refusedAlone = new BitSet();
    private Entry[] last = new Entry[1 << 16];
    private int frontier;
    private long requests;
    private long delivered;
    private long duplicates;
    private long ambiguous;
    private long rejections;
    private int checkpointsAhead;
    private int checkpointsRead;

    /** Keeps the spans of a request, whose answer is not yet known to have arrived. */
    synchronized Entry keep(int[] numbers) {
        Entry entry = new Entry(numbers);
        for (int number : numbers) {
            keep(number, entry);
        }
        ambiguous += numbers.length;
        requests++;
        return entry;
    }

    private void keep(int number, Entry entry) {
        if (number >= last.length) {
            last = Arrays.copyOf(last, Math.max(2 * last.length, number + 1));
        }
        boolean again = forgotten.get(number);
        forgotten.clear(number);
        if (rejected.get(number) && !again) {
            complain("span " + number + " came again after it had been rejected for good");
        }
        if (poisonous.get(number)) {
            complain("span " + number + " was refused as poisonous and then accepted");
        }
        Entry before = last[number];
        last[number] = entry;
        if (before == null) {
            delivered++;
            return;
        }
        duplicates++;
        if (before.clear) {
            unasked.add(before);
        }
    }

    /** Says that the exporter was told that a request has arrived. */
    synchronized void confirm(Entry entry) {
        entry.clear = true;
        ambiguous -= entry.numbers.length;
        told(entry);
    }

    /** Says that the exporter has got a yes for a request, though perhaps no whole answer. */
    synchronized void told(Entry entry) {
        for (int number : entry.numbers) {
            acknowledged.set(number);
        }
    }

    /** Says that a request was told to have arrived but for some of its spans, which are rejected for good. */
    synchronized void reject(Entry entry, int from) {
        for (int i = from; i < entry.numbers.length; i++) {
            rejected.set(entry.numbers[i]);
            rejections++;
        }
    }

    /** Says that the exporter has left the connection on which this was the last answer. */
    synchronized void abandon(Entry entry) {
        entry.abandoned = true;
    }

    /**
     * Says that the exporter was killed: its successor knows no answer to a request that reaches beyond the checkpoint. Those are as many
     * as the exporter may have under way at once, and no more.
     *
     * @param spansBefore what the checkpoint says, as a number of spans in the order of the log
     */
    synchronized void exporterDied(LogOrder order, int spansBefore, int mostRequests) {
        Set<Entry> unknown = new HashSet<>();
        for (int place = spansBefore; place < order.count(); place++) {
            int number = order.number(place);
            Entry entry = number < last.length ? last[number] : null;
            if (entry != null && entry.clear) {
                unknown.add(entry);
                forgotten.set(number);
            }
        }
        for (Entry each : unknown) {
            each.clear = false;
            ambiguous += each.numbers.length;
        }
        if (unknown.size() > mostRequests) {
            complain(
                    unknown.size() + " requests were answered beyond the checkpoint of a killed exporter that may have "
                            + mostRequests + " under way");
        }
    }

    /** Makes a span poisonous. */
    synchronized void poison(int number) {
        poisonous.set(number);
    }

    /** Tells whether a request has a poisonous span, and notes one that is alone. */
    synchronized boolean refuses(int[] numbers) {
        boolean found = false;
        for (int number : numbers) {
            found |= poisonous.get(number);
        }
        if (found && numbers.length == 1) {
            refusedAlone.set(numbers[0]);
        }
        return found;
    }

    /** Compares a checkpoint, as a number of spans in the order of the log, with what the exporter was told to have arrived. */
    synchronized void compare(LogOrder order, int spansBefore) {
        checkpointsRead++;
        while (frontier < order.count() && settled(order.number(frontier))) {
            frontier++;
        }
        if (spansBefore > frontier) {
            checkpointsAhead++;
            complain("the checkpoint says that " + spansBefore + " spans of " + order.count()
                    + " were acknowledged, but only the first " + frontier + " were");
        }
    }

    private boolean settled(int number) {
        return acknowledged.get(number) || refusedAlone.get(number);
    }

    /** Returns how many of the numbers 1 to {@code acknowledged} have neither arrived nor been refused by themselves. */
    synchronized int missing(long acknowledged) {
        int missing = 0;
        for (int number = 1; number <= acknowledged; number++) {
            if (!settled(number)) {
                missing++;
            }
        }
        return missing;
    }

    synchronized void complain(String what) {
        if (complaints.size() < 20) {
            complaints.add(what);
        }
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized long requests() {
        return requests;
    }

    /** Returns how many different spans have arrived, those rejected included. */
    synchronized long delivered() {
        return delivered;
    }

    /** Returns how often the exporters were told that a span is rejected for good. */
    synchronized long rejected() {
        return rejections;
    }

    synchronized long poisonous() {
        return poisonous.cardinality();
    }

    synchronized long refusedAlone() {
        return refusedAlone.cardinality();
    }

    /** Returns how often a span came that had come before. */
    synchronized long duplicates() {
        return duplicates;
    }

    /** Returns how many spans came in requests of which the exporter could not know that they had arrived. */
    synchronized long ambiguous() {
        return ambiguous;
    }

    synchronized long unexplained() {
        return unasked.stream().filter(entry -> !entry.abandoned).count();
    }

    synchronized int checkpointsAhead() {
        return checkpointsAhead;
    }

    synchronized int checkpointsRead() {
        return checkpointsRead;
    }
}
