package io.offspan.query;

import io.offspan.codec.model.Span;
import io.offspan.codec.span.SpanKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one trace, each below its parent, the earliest first, with what is odd about each. No span is left out.
 *
 * <p>Zipkin lets a server take over the id of its client: such a server stands below the client, and what names that id as its parent
 * below the one of them that is of its own service, or else below the server. A span whose parent is not stored stands at the top, and
 * so does one of each circle, which damaged input may hold.
 *
 * <p><b>Threads.</b> Not changed after it is made. Takes memory for each span; nothing in it recurs, however deep the trace.
 */
public final class TraceTree {
    /**
     * One span in its place.
     *
     * @param depth how many spans stand above it
     * @param oddities what is odd about it
     */
    public record Row(Span span, int depth, List<Oddity> oddities) {
        /** Returns the oddities in words, each duration as the function writes it. */
        public List<String> notes(LongFunction<String> duration) {
            return oddities.stream().map(oddity -> oddity.text(duration)).toList();
        }
    }

    /** What may be odd about a span. */
    public enum Trait {
        /** Another span of the trace has all that it has. */
        REPEATED,
        /** Another span of the trace has its id. */
        SHARED_ID,
        /** It is its own ancestor, and stands at the top because somebody has to. */
        IN_CIRCLE,
        /** It names a parent that is not stored. */
        PARENT_MISSING,
        /** Its end is before its start. */
        ENDS_BEFORE_START,
        /** It does not say when it started. */
        NO_TIME,
        /** It starts before its parent does. */
        STARTS_EARLY,
        /** It ends after its parent does. */
        ENDS_LATE
    }

    /**
     * Something odd about a span.
     *
     * @param nanos how far it is outside of its parent, 0 for what is not about times
     */
    public record Oddity(Trait trait, long nanos) {
        private String text(LongFunction<String> duration) {
            return switch (trait) {
                case REPEATED -> "stored more than once";
                case SHARED_ID -> "shared id";
                case IN_CIRCLE -> "circle of parents";
                case PARENT_MISSING -> "parent missing";
                case ENDS_BEFORE_START -> "ends before it starts";
                case NO_TIME -> "no time";
                case STARTS_EARLY -> "starts " + duration.apply(nanos) + " early";
                case ENDS_LATE -> "ends " + duration.apply(nanos) + " late";
            };
        }
    }

    private static final int NONE = -1;
    private static final Comparator<Span> BY_START =
            (a, b) -> Long.compareUnsigned(a.startNanos() - 1, b.startNanos() - 1); // those without time come last

    private final List<Span> spans;
    private final Map<Long, List<Integer>> byId = new HashMap<>();
    private final int[] above;
    private final List<List<Integer>> below = new ArrayList<>();
    private final boolean[] placed;
    private final List<Row> rows = new ArrayList<>();
    private int shared;
    private int orphans;
    private int skewed;

    /** Puts the spans of one trace into their places. */
    public TraceTree(List<Span> spans) {
        this.spans = new ArrayList<>(spans);
        this.spans.sort(BY_START);
        int count = spans.size();
        above = new int[count];
        placed = new boolean[count];
        for (int i = 0; i < count; i++) {
            byId.computeIfAbsent(this.spans.get(i).spanIdBits(), id -> new ArrayList<>(1))
                    .add(i);
            below.add(new ArrayList<>(0));
        }
        for (int i = 0; i < count; i++) {
            above[i] = findAbove(i);
            if (above[i] != NONE) {
                below.get(above[i]).add(i);
            }
        }
        for (int i = 0; i < count; i++) {
            if (above[i] == NONE) {
                descend(i, false);
            }
        }
        for (int i = 0; i < count; i++) {
            descend(i, true);
        }
    }

    /** Returns the spans in the order of a waterfall. */
    public List<Row> rows() {
        return rows;
    }

    /** Returns how many spans have the id of another one. */
    public int shared() {
        return shared;
    }

    /** Returns how many spans name a parent that is not there. */
    public int orphans() {
        return orphans;
    }

    /** Returns how many spans start before their parent or end after it. */
    public int skewed() {
        return skewed;
    }

    private int findAbove(int i) {
        Span span = spans.get(i);
        List<Integer> group = group(span.spanIdBits());
        if (isReceiver(span)) {
            for (int mate : group) {
                if (isSender(spans.get(mate))) {
                    return mate;
                }
            }
        }
        if (!span.hasParent() || span.parentIdBits() == span.spanIdBits()) {
            return NONE;
        }
        List<Integer> parents = group(span.parentIdBits());
        return parents.isEmpty() ? NONE : choose(parents, span.serviceName());
    }

    /** Chooses among spans of one id the one that is likely to have called: of the same service, or else the receiver. */
    private int choose(List<Integer> parents, String service) {
        int chosen = parents.get(0);
        int best = 0;
        for (int parent : parents) {
            Span candidate = spans.get(parent);
            int fit = (candidate.serviceName().equals(service) ? 2 : 0) + (isReceiver(candidate) ? 1 : 0);
            if (fit > best) {
                best = fit;
                chosen = parent;
            }
        }
        return chosen;
    }

    private List<Integer> group(long id) {
        return byId.getOrDefault(id, List.of());
    }

    /** Adds a span and what is below it, without recursion: traces may be as deep as they are long. */
    private void descend(int root, boolean circle) {
        Deque<int[]> open = new ArrayDeque<>();
        open.push(new int[] {root, 0});
        while (!open.isEmpty()) {
            int[] next = open.pop();
            int i = next[0];
            if (placed[i]) {
                continue;
            }
            placed[i] = true;
            rows.add(new Row(spans.get(i), next[1], oddities(i, circle && i == root)));
            List<Integer> children = below.get(i);
            for (int c = children.size() - 1; c >= 0; c--) {
                open.push(new int[] {children.get(c), next[1] + 1});
            }
        }
    }

    private List<Oddity> oddities(int i, boolean circle) {
        List<Oddity> oddities = new ArrayList<>(0);
        Span span = spans.get(i);
        if (group(span.spanIdBits()).size() > 1) {
            shared++;
            oddities.add(new Oddity(isRepeated(i) ? Trait.REPEATED : Trait.SHARED_ID, 0));
        }
        boolean ownParent = span.hasParent() && span.parentIdBits() == span.spanIdBits();
        if (circle || ownParent) {
            oddities.add(new Oddity(Trait.IN_CIRCLE, 0));
        } else if (span.hasParent() && above[i] == NONE) {
            orphans++;
            oddities.add(new Oddity(Trait.PARENT_MISSING, 0));
        }
        if (hasTime(span) && span.hasEnd() && Long.compareUnsigned(span.endNanos(), span.startNanos()) < 0) {
            oddities.add(new Oddity(Trait.ENDS_BEFORE_START, 0));
        }
        if (!hasTime(span)) {
            oddities.add(new Oddity(Trait.NO_TIME, 0));
        } else if (above[i] != NONE && !circle) {
            Oddity skew = skew(span, spans.get(above[i]));
            if (skew != null) {
                skewed++;
                oddities.add(skew);
            }
        }
        return List.copyOf(oddities);
    }

    private boolean isRepeated(int i) {
        Span span = spans.get(i);
        for (int mate : group(span.spanIdBits())) {
            if (mate != i && spans.get(mate).equals(span)) {
                return true;
            }
        }
        return false;
    }

    /** Says how far a span is outside of its parent; a parent without duration does not say when it ended. */
    private static @Nullable Oddity skew(Span span, Span parent) {
        if (!hasTime(parent)) {
            return null;
        }
        long early = parent.startNanos() - span.startNanos();
        if (early > 0) {
            return new Oddity(Trait.STARTS_EARLY, early);
        }
        long late = span.endNanos() - parent.endNanos();
        return late > 0 && parent.durationNanos() > 0 ? new Oddity(Trait.ENDS_LATE, late) : null;
    }

    /** Tells whether a span says when it was; Zipkin's may leave that out. */
    public static boolean hasTime(Span span) {
        return span.startNanos() != 0;
    }

    private static boolean isSender(Span span) {
        return span.kind() == SpanKind.CLIENT.code() || span.kind() == SpanKind.PRODUCER.code();
    }

    private static boolean isReceiver(Span span) {
        return span.kind() == SpanKind.SERVER.code() || span.kind() == SpanKind.CONSUMER.code();
    }
}
