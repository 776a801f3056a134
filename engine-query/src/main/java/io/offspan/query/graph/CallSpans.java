package io.offspan.query.graph;

import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.span.SpanView;
import io.offspan.query.discover.CallKind;
import io.offspan.query.scan.TracePart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spans of some traces, all of each, in columns, and the calls among them.
 *
 * <p>The parent of a span is the span with the id that it names; of several, a server takes a client and every other span a server, then the
 * first that started, as when a question asks how spans are related. A call is a span of another service than its parent's, or a server or
 * consumer whose parent is a client or producer. A client or producer without such a child calls its peer;
 * spans of one id, service and kind have their children in common, since a span may be stored twice.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class CallSpans {
    private static final int NONE = -1;
    private static final int FIRST_SPANS = 256;
    private static final int SERVER = SpanKind.SERVER.code();
    private static final int CLIENT = SpanKind.CLIENT.code();
    private static final int PRODUCER = SpanKind.PRODUCER.code();
    private static final int CONSUMER = SpanKind.CONSUMER.code();
    private static final Comparator<@Nullable String> NAMES = Comparator.nullsFirst(Comparator.naturalOrder());

    private long[] traceHighs = new long[FIRST_SPANS];
    private long[] traceLows = new long[FIRST_SPANS];
    private long[] spanIds = new long[FIRST_SPANS];
    /** 0 for roots. */
    private long[] parentIds = new long[FIRST_SPANS];

    private long[] starts = new long[FIRST_SPANS];
    /** Negative for spans without an end. */
    private long[] durations = new long[FIRST_SPANS];

    private int[] services = new int[FIRST_SPANS];
    /** Numbers of peers plus one, 0 for none. */
    private int[] peers = new int[FIRST_SPANS];

    private int[] leaves = new int[FIRST_SPANS];
    private byte[] kinds = new byte[FIRST_SPANS];
    private final BitSet errors = new BitSet();
    private int size;

    private final List<@Nullable String> names = new ArrayList<>();
    private final Map<@Nullable String, Integer> numbers = new HashMap<>();
    private final List<Peer> peerList = new ArrayList<>();
    private final Map<Peer, Integer> peerNumbers = new HashMap<>();

    /** By slot the first span with an id plus one, or 0. */
    private int[] slots = {};
    /** By span the next one with the same id plus one, or 0. */
    private int[] nexts = {};

    int size() {
        return size;
    }

    /** Returns the number of a service. */
    int service(@Nullable String name) {
        Integer known = numbers.putIfAbsent(name, names.size());
        if (known == null) {
            names.add(name);
            return names.size() - 1;
        }
        return known;
    }

    /** Adds a span of a leaf. */
    void add(SpanView span, int service, @Nullable Peer peer, int leaf) {
        if (size == spanIds.length) {
            grow(size + (size >> 1));
        }
        traceHighs[size] = span.traceIdHigh();
        traceLows[size] = span.traceIdLow();
        spanIds[size] = span.spanId();
        parentIds[size] = span.hasParent() ? span.parentId() : 0;
        starts[size] = span.startNanos();
        durations[size] = span.hasEnd() ? span.durationNanos() : NONE;
        services[size] = service;
        peers[size] = peer == null ? 0 : number(peer) + 1;
        leaves[size] = leaf;
        kinds[size] = (byte) span.kind();
        errors.set(size, span.statusCode() == SpanStatus.ERROR.code());
        size++;
    }

    private int number(Peer peer) {
        Integer known = peerNumbers.putIfAbsent(peer, peerList.size());
        if (known == null) {
            peerList.add(peer);
            return peerList.size() - 1;
        }
        return known;
    }

    private void grow(int room) {
        traceHighs = Arrays.copyOf(traceHighs, room);
        traceLows = Arrays.copyOf(traceLows, room);
        spanIds = Arrays.copyOf(spanIds, room);
        parentIds = Arrays.copyOf(parentIds, room);
        starts = Arrays.copyOf(starts, room);
        durations = Arrays.copyOf(durations, room);
        services = Arrays.copyOf(services, room);
        peers = Arrays.copyOf(peers, room);
        leaves = Arrays.copyOf(leaves, room);
        kinds = Arrays.copyOf(kinds, room);
    }

    /** Finds out which spans have an id; before any calls are counted. */
    void place() {
        slots = new int[Integer.highestOneBit(Math.max(1, size)) * 4];
        nexts = new int[size];
        for (int i = size - 1; i >= 0; i--) {
            int slot = slot(traceHighs[i], traceLows[i], spanIds[i]);
            nexts[i] = slots[slot];
            slots[slot] = i + 1;
        }
    }

    private int slot(long high, long low, long id) {
        int mask = slots.length - 1;
        int slot = (int) (TracePart.hash(high ^ id, low) >>> 33) & mask;
        while (slots[slot] != 0 && !isIn(slots[slot] - 1, high, low, id)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isIn(int span, long high, long low, long id) {
        return spanIds[span] == id && traceLows[span] == low && traceHighs[span] == high;
    }

    /** Returns the parent of a span, or {@link #NONE}. */
    private int parent(int span, boolean inLeaf) {
        if (parentIds[span] == 0) {
            return NONE;
        }
        int wanted = kinds[span] == SERVER ? CLIENT : SERVER;
        int best = NONE;
        int at = slots[slot(traceHighs[span], traceLows[span], parentIds[span])] - 1;
        for (; at != NONE; at = nexts[at] - 1) {
            boolean counts = at != span && !(inLeaf && leaves[at] != leaves[span]);
            if (counts && (best == NONE || isBetter(at, best, wanted))) {
                best = at;
            }
        }
        return best;
    }

    private boolean isBetter(int span, int than, int kind) {
        if ((kinds[span] == kind) != (kinds[than] == kind)) {
            return kinds[span] == kind;
        }
        int order = Long.compareUnsigned(starts[span], starts[than]);
        if (order == 0) {
            order = NAMES.compare(names.get(services[span]), names.get(services[than]));
        }
        return order != 0 ? order < 0 : kinds[span] < kinds[than];
    }

    /**
     * Counts the calls.
     *
     * @param inLeaf whether the parent of a span is looked for among the spans of its leaf alone
     * @param times 1, or -1 to take away what was counted before
     * @param parted gets the traces of which a parent was not found; null where nobody asks
     */
    void count(CallSums into, boolean inLeaf, int times, @Nullable TraceIdSet parted) {
        BitSet answered = new BitSet(size);
        for (int i = 0; i < size; i++) {
            int parent = parent(i, inLeaf);
            if (parent == NONE) {
                if (parentIds[i] != 0 && parted != null) {
                    parted.add(traceHighs[i], traceLows[i]);
                }
                if (isReceiver(i)) {
                    add(into, i, null, names.get(services[i]), CallKind.ENTRY, times);
                }
            } else if (services[parent] != services[i] || isReceiver(i) && isSender(parent)) {
                boolean message = kinds[i] == CONSUMER || kinds[parent] == PRODUCER;
                CallKind kind = message ? CallKind.MESSAGING : CallKind.REQUEST;
                add(into, i, names.get(services[parent]), names.get(services[i]), kind, times);
                answer(i, parent, inLeaf, answered);
            }
        }
        for (int i = 0; i < size; i++) {
            if (peers[i] != 0 && !answered.get(i)) {
                Peer peer = peerList.get(peers[i] - 1);
                add(into, i, names.get(services[i]), peer.name(), peer.kind(), times);
            }
        }
    }

    /** Marks the parent of a call, and whatever else may be the same span stored again. */
    private void answer(int span, int parent, boolean inLeaf, BitSet answered) {
        int at = slots[slot(traceHighs[span], traceLows[span], parentIds[span])] - 1;
        for (; at != NONE; at = nexts[at] - 1) {
            boolean same = services[at] == services[parent] && kinds[at] == kinds[parent];
            if (same && !(inLeaf && leaves[at] != leaves[span])) {
                answered.set(at);
            }
        }
    }

    private boolean isReceiver(int span) {
        return kinds[span] == SERVER || kinds[span] == CONSUMER;
    }

    private boolean isSender(int span) {
        return kinds[span] == CLIENT || kinds[span] == PRODUCER;
    }

    private void add(
            CallSums into, int span, @Nullable String caller, @Nullable String callee, CallKind kind, int times) {
        into.add(caller, callee, kind, errors.get(span), durations[span], times);
    }
}
