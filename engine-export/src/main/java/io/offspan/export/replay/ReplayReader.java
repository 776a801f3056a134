package io.offspan.export.replay;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.core.BlockCursor;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of the spans of a log that are chosen: in its order, from one block each, of spans that are due within the same tenth of
 * a second, cut by their encoded bytes. The same store gives the same requests.
 *
 * <p><b>Threads.</b> Belongs to one thread. Holds no pin between two calls.
 */
public final class ReplayReader {
    /** Spans due within so long travel together. */
    static final long WINDOW_NANOS = 100_000_000;

    private final StoreReader reader;
    private final SpanChoice choice;
    private final Pace pace;
    private final int maxBytes;
    private final OtlpWriter writer = new OtlpWriter();
    private final ArrayDeque<ReplayRequest> ready = new ArrayDeque<>();
    private final LogFollower follower;
    private final Position end;
    private final LogFollower.Handler handler = new LogFollower.Handler() {
        @Override
        public void onBlock(BlockReader block) {
            take(block);
        }

        @Override
        public void onRetired(Position lost, Position resumed) {
            retirements++;
        }
    };
    private long tooLarge;
    private long unreadable;
    private long retirements;

    /**
     * Looks where in the log the chosen spans are; those that come later are not among them.
     *
     * @param maxBytes the most bytes of a request; a span larger than that is left out
     */
    public ReplayReader(StoreReader reader, SpanChoice choice, Pace pace, int maxBytes) {
        this.reader = reader;
        this.choice = choice;
        this.pace = pace;
        this.maxBytes = maxBytes;
        Position first = null;
        Position last = Position.START;
        try (StoreSnapshot snapshot = reader.snapshot()) {
            BlockCursor blocks = snapshot.blocksOldestFirst();
            while (blocks.next()) {
                boolean logged = blocks.segmentNumber() != BlockCursor.OPEN_SLABS;
                if (logged && choice.mayTake(blocks.minStartNanos(), blocks.maxStartNanos())) {
                    Position at = new Position(blocks.segmentId(), blocks.segmentNumber(), blocks.firstOrdinal());
                    first = first == null ? at : first;
                    last = at.at(blocks.firstOrdinal() + blocks.spanCount());
                }
            }
        }
        end = last;
        follower = reader.follower(first == null ? last : first);
    }

    /** Returns the next request, null when there is none. */
    public @Nullable ReplayRequest next() {
        boolean more = true;
        while (more && ready.isEmpty()) {
            more = follower.position().isBefore(end) && follower.poll(handler, 1) > 0;
        }
        return ready.poll();
    }

    private void take(BlockReader block) {
        Position at = follower.position();
        if (!at.isBefore(end)) {
            return;
        }
        int[] chosen = new int[block.count()];
        int count = 0;
        long due = 0;
        for (int i = 0; i < block.count(); i++) {
            try {
                if (choice.takes(block.span(i))) {
                    long next = pace.due(block.span(i));
                    if (next / WINDOW_NANOS != due / WINDOW_NANOS) {
                        add(block, at, Arrays.copyOf(chosen, count), due);
                        count = 0;
                    }
                    due = count == 0 ? next : due;
                    chosen[count++] = i;
                }
            } catch (IndexOutOfBoundsException | FormatException damaged) {
                unreadable++;
            }
        }
        add(block, at, Arrays.copyOf(chosen, count), due);
    }

    /** Encodes spans, in parts where they are too many or one of them cannot be. */
    private void add(BlockReader block, Position at, int[] spans, long due) {
        if (spans.length == 0) {
            return;
        }
        byte[] bytes = encode(block, spans);
        if (bytes != null && bytes.length <= maxBytes) {
            ready.add(new ReplayRequest(at, spans, due, bytes));
        } else if (spans.length > 1) {
            halve(block, at, spans, due);
        } else if (bytes == null) {
            unreadable++;
        } else {
            tooLarge++;
        }
    }

    private void halve(BlockReader block, Position at, int[] spans, long due) {
        int middle = spans.length / 2;
        add(block, at, Arrays.copyOf(spans, middle), due);
        add(block, at, Arrays.copyOfRange(spans, middle, spans.length), due);
    }

    private byte @Nullable [] encode(BlockReader block, int[] spans) {
        try {
            writer.begin();
            for (int i : spans) {
                writer.add(block.span(i));
            }
            ProtoOutput request = writer.end();
            return Arrays.copyOf(request.bytes(), request.length());
        } catch (IndexOutOfBoundsException | FormatException damaged) {
            return null;
        }
    }

    /**
     * Puts the halves of a request of several spans before what comes next, unless retention has deleted them meanwhile.
     *
     * @return false when it has one span only
     */
    public boolean split(ReplayRequest request) {
        if (request.spans() == 1) {
            return false;
        }
        ArrayDeque<ReplayRequest> later = new ArrayDeque<>(ready);
        ready.clear();
        LogFollower again = reader.follower(request.block());
        again.poll(
                block -> {
                    if (again.position().equals(request.block())) {
                        halve(block, request.block(), request.places(), request.dueNanos());
                    }
                },
                1);
        retirements += ready.isEmpty() ? 1 : 0;
        ready.addAll(later);
        return true;
    }

    /** Returns how many spans are larger than a request may be. */
    public long tooLarge() {
        return tooLarge;
    }

    /** Returns how many spans of intact blocks could not be read. */
    public long unreadable() {
        return unreadable;
    }

    /** Returns how often retention deleted spans before they were read. */
    public long retirements() {
        return retirements;
    }

    /** Returns how many damaged blocks were passed over. */
    public long damagedBlocks() {
        return follower.damagedBlocks();
    }
}
