package io.offspan.export.batch;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.ChosenSpans;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.SpanView;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SpanSampler;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the log and fills batches up to a number of encoded bytes.
 *
 * <p>A block that does not fit into what is left begins the next batch; one larger than a whole batch is halved until its parts fit; a
 * span larger than that is counted and left out. Where spans are sampled, a block comes once all of it is decided, and without what is
 * not kept.
 *
 * <p><b>Threads.</b> Belongs to one thread. Holds no pin between two calls: what it returns is a copy, and {@link #part} reads the log
 * again.
 */
public final class BatchReader implements AutoCloseable {
    private final StoreReader reader;
    private final int maxBytes;
    private int limit;
    private final OtlpWriter writer = new OtlpWriter();
    private final LogFollower.Handler handler = new LogFollower.Handler() {
        @Override
        public void onBlock(BlockReader block) {
            take(block);
        }

        @Override
        public void onRetired(Position lost, Position resumed) {
            retirements++;
            losses.jumped(lost, resumed);
        }
    };
    private final Losses losses = new Losses();
    private final @Nullable LookAhead ahead;
    /** The spans of the block at hand that are sent. */
    private final ChosenSpans kept = new ChosenSpans();

    private LogFollower follower;
    private boolean atStart;
    private Batch target = new Batch();
    private @Nullable Position cut;
    private long damagedBefore;
    private long retirements;
    private long tooLarge;
    private long unreadable;
    private long notKept;
    /** Spans of batches that were deleted before they were sent in a part. */
    private long gone;

    private Batch.LeftOut lastLeftOut = Batch.LeftOut.NOTHING;
    private Batch.LeftOut settledLeftOut = Batch.LeftOut.NOTHING;
    private long settledGone;

    /**
     * Follows a log.
     *
     * @param maxBytes the most bytes of a batch; a span larger than that is left out
     */
    public BatchReader(StoreReader reader, int maxBytes, Position from) {
        this(reader, maxBytes, from, null, () -> 0);
    }

    /**
     * Follows a log and leaves out what a sampler does not keep.
     *
     * @param sampler one that has seen nothing yet, or null for no sampling
     * @param epochMillis the clock of the machine that writes the log
     */
    public BatchReader(
            StoreReader reader, int maxBytes, Position from, @Nullable SpanSampler sampler, LongSupplier epochMillis) {
        ahead = sampler == null ? null : new LookAhead(reader, sampler, from, epochMillis);
        this.reader = reader;
        this.maxBytes = maxBytes;
        limit = maxBytes;
        atStart = from.equals(Position.START);
        follower = reader.follower(from);
        reader.listen(losses);
    }

    /** Cuts the batches to come at fewer bytes, but for spans that are larger by themselves. */
    public void limit(int bytes) {
        limit = Math.min(bytes, maxBytes);
    }

    /** Says that everything up to {@link #position} is settled, and what was left out on the way with it. */
    public void settled() {
        settledGone = gone;
        settled(position(), leftOut());
    }

    /**
     * Says that the first spans of a batch and everything before them are settled, and what was left out on the way with them.
     *
     * @param more how many of those spans were {@link #gone} and not settled yet
     */
    void settled(Batch batch, int spans, int more) {
        settledGone += more;
        settled(batch.after(spans), batch.leftOut(spans));
    }

    private void settled(Position to, Batch.LeftOut with) {
        settledLeftOut = with;
        losses.settled(to, position());
        if (ahead != null) {
            ahead.settled(to);
        }
    }

    /** Says that so many spans of a batch will not be sent, because {@link #part} has not found them any more. */
    void gone(int spans) {
        gone += spans;
    }

    /** Goes back to a position; what was left out since {@link #settled} is forgotten, because it will be met again. */
    public void rewind(Position to) {
        follow(to);
        damagedBefore = settledLeftOut.damagedBlocks();
        tooLarge = settledLeftOut.tooLarge();
        unreadable = settledLeftOut.unreadable();
        notKept = settledLeftOut.notKept();
        gone = settledGone;
        losses.rewound(to);
    }

    private void follow(Position from) {
        damagedBefore += follower.damagedBlocks();
        atStart = from.equals(Position.START);
        follower = reader.follower(from);
        if (ahead != null) {
            ahead.rewind(from);
        }
    }

    /** Allows another piece of looking ahead in the log, where spans are sampled. */
    public void begin() {
        if (ahead != null) {
            ahead.begin();
        }
    }

    /** Tells whether there is more to look ahead at. */
    public boolean isBusy() {
        return ahead != null && ahead.isBusy();
    }

    /** Tells whether no span waits to be decided or read, once {@link #fill} has found none. */
    public boolean isDry() {
        return ahead == null || ahead.isDry();
    }

    /** Returns what was decided since the exporter was started; null where spans are not sampled. */
    public @Nullable SamplingTally sampled() {
        return ahead == null ? null : ahead.tally();
    }

    /** Returns the position past the last span that was put into a batch or left out. */
    public Position position() {
        return follower.position();
    }

    /**
     * Fills a batch with what comes next, until it is full or the log has no more.
     *
     * @return whether the batch has spans; without any, {@link #position} may still have moved
     */
    public boolean fill(Batch batch) {
        batch.clear();
        more(batch);
        return batch.spans() > 0;
    }

    /** Adds to the last batch that was filled, and was not full, what has come to the log since. */
    void more(Batch batch) {
        target = batch;
        cut = null;
        int polled = 1;
        while (cut == null && polled > 0 && (ahead == null || ahead.ready())) {
            polled = follower.poll(handler, 1);
        }
        if (cut != null) {
            follow(cut);
        }
        batch.end(position(), cut != null, leftOut());
    }

    private Batch.LeftOut leftOut() {
        Batch.LeftOut last = lastLeftOut;
        boolean same = last.damagedBlocks() == damagedBlocks()
                && last.tooLarge() == tooLarge
                && last.unreadable() == unreadable
                && last.notKept() == notKept;
        if (!same) {
            last = new Batch.LeftOut(damagedBlocks(), tooLarge, unreadable, notKept);
            lastLeftOut = last;
        }
        return last;
    }

    private void take(BlockReader block) {
        Position at = follower.position();
        if (atStart) {
            // There a follower takes the oldest segment, and says of none before that it retired.
            atStart = false;
            losses.jumped(Position.START, at);
        }
        int first = follower.firstOrdinal();
        if (ahead == null) {
            takeAll(block, at, first);
        } else {
            takeKept(block, at, first, ahead);
        }
    }

    private void takeAll(BlockReader block, Position at, int first) {
        int from = at.ordinal() - first;
        int to = block.count();
        while (from < to) {
            ProtoOutput encoded = encode(block, null, from, to);
            if (encoded != null && encoded.length() <= room(to - from)) {
                target.add(at.at(first + from), to - from, null, encoded, leftOut());
                from = to;
                to = block.count();
            } else if (encoded != null && target.spans() > 0) {
                cut = at.at(first + from);
                return;
            } else if (to - from > 1) {
                to = from + (to - from) / 2;
            } else {
                giveUp(encoded);
                from = to;
                to = block.count();
            }
        }
    }

    private void takeKept(BlockReader block, Position at, int first, LookAhead decisions) {
        if (!decisions.take(at, first, block.count(), kept)) {
            cut = at;
            return;
        }
        int count = kept.count();
        int next = at.ordinal() - first;
        int from = 0;
        while (from < count && kept.index(from) < next) {
            from++;
        }
        int to = count;
        while (from < to) {
            notKept += kept.index(from) - next;
            next = kept.index(from);
            ProtoOutput encoded = encode(block, kept, from, to);
            if (encoded != null && encoded.length() <= room(to - from)) {
                target.add(at.at(first + next), to - from, steps(from, to), encoded, leftOut());
                int end = kept.index(to - 1) + 1;
                notKept += end - next - (to - from);
                next = end;
                from = to;
                to = count;
            } else if (encoded != null && target.spans() > 0) {
                cut = at.at(first + next);
                return;
            } else if (to - from > 1) {
                to = from + (to - from) / 2;
            } else {
                giveUp(encoded);
                next++;
                from = to;
                to = count;
            }
        }
        notKept += block.count() - next;
    }

    private void giveUp(@Nullable ProtoOutput encoded) {
        tooLarge += encoded == null ? 0 : 1;
        unreadable += encoded == null ? 1 : 0;
    }

    /** Returns how far some of the kept spans stand behind the first of them; null where they just follow each other. */
    private @Nullable ChosenSpans steps(int from, int to) {
        return kept.areRun(from, to) ? null : kept.part(from, to, kept.index(from));
    }

    private int room(int spans) {
        return spans == 1 && target.spans() == 0 ? maxBytes : limit - target.length();
    }

    private @Nullable ProtoOutput encode(BlockReader block, @Nullable ChosenSpans chosen, int from, int to) {
        try {
            return chosen == null ? writer.writeRequest(block, from, to) : writer.writeRequest(block, chosen, from, to);
        } catch (IndexOutOfBoundsException | FormatException damaged) {
            return null;
        }
    }

    /**
     * Encodes some spans of a batch again, by themselves.
     *
     * @return false when some of them are no longer in the log; {@code into} then has the others
     */
    public boolean part(Batch whole, int from, int to, Batch into) {
        into.clear();
        into.end(whole.after(to));
        for (Batch.Piece piece : whole.pieces()) {
            int low = Math.max(from, piece.first());
            int count = Math.min(to, piece.end()) - low;
            if (count > 0) {
                Position at = piece.at(low);
                reread(at, (block, index) -> {
                    kept.clear();
                    for (int i = low; i < low + count; i++) {
                        kept.add(index + piece.step(i) - piece.step(low), piece.threshold(i));
                    }
                    if (kept.index(count - 1) < block.count()) {
                        ProtoOutput encoded = writer.writeRequest(block, kept, 0, count);
                        into.add(at, count, steps(0, count), encoded, Batch.LeftOut.NOTHING);
                    }
                });
            }
        }
        return into.spans() == to - from;
    }

    /** Names a span of a batch by its trace and span id. */
    public String name(Batch whole, int number) {
        StringBuilder name = new StringBuilder();
        reread(whole.after(number), (block, index) -> {
            SpanView span = block.span(index);
            name.append("trace ").append(hex(span.traceIdHigh())).append(hex(span.traceIdLow()));
            name.append(" span ").append(hex(span.spanId()));
        });
        return name.isEmpty() ? "a span that is no longer in the log" : name.toString();
    }

    private static String hex(long id) {
        return String.format("%016x", id);
    }

    /** Takes a block, and the index in it of the span that was asked for. */
    private interface Use {
        void take(BlockReader block, int index);
    }

    /** Shows the block that has the span at a position, unless it has gone or is damaged by now. */
    private void reread(Position at, Use use) {
        LogFollower again = reader.follower(at);
        again.poll(
                block -> {
                    if (again.position().equals(at)) {
                        use.take(block, at.ordinal() - again.firstOrdinal());
                    }
                },
                1);
    }

    /** Returns how often retention deleted segments before they were read. */
    public long retirements() {
        return retirements;
    }

    /** Returns how many spans were deleted before they were read. */
    public long lostSpans() {
        return losses.spans(position()) + gone;
    }

    /** Returns how many damaged blocks were passed over. */
    public long damagedBlocks() {
        return damagedBefore + follower.damagedBlocks();
    }

    /** Returns how many spans are larger than a batch may be. */
    public long tooLarge() {
        return tooLarge;
    }

    /** Returns how many spans are not sent because their trace is not kept. */
    public long notKept() {
        return notKept;
    }

    /** Returns how many spans of intact blocks could not be encoded. */
    public long unreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        reader.unlisten(losses);
    }
}
