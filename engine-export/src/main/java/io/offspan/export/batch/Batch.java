package io.offspan.export.batch;

import io.offspan.codec.otlp.ChosenSpans;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.core.value.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spans that travel in one request: their OTLP bytes, and for each the place in the log.
 *
 * <p>A request is a row of resources with their spans, so that requests appended to each other are one request again.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> its array, which only grows.
 */
public final class Batch {
    private static final int INITIAL_BYTES = 64 * 1024;

    private final List<Piece> pieces = new ArrayList<>();
    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int spans;
    private Position end = Position.START;
    private boolean full;
    private LeftOut leftOut = LeftOut.NOTHING;

    /** What was left out of batches up to the end of one, since the exporter was started. */
    record LeftOut(long damagedBlocks, long tooLarge, long unreadable, long notKept) {
        static final LeftOut NOTHING = new LeftOut(0, 0, 0, 0);

        LeftOut andNotKept(long more) {
            return more == 0 ? this : new LeftOut(damagedBlocks, tooLarge, unreadable, notKept + more);
        }
    }

    /**
     * Spans of one block, of which the first stands at a position and is number {@code first} of the batch, and what was left out before.
     *
     * @param steps how far each stands behind the first one, and its threshold; null where they follow each other and have none
     */
    record Piece(
            Position from,
            int spans,
            int first,
            LeftOut before,
            @Nullable ChosenSpans steps) {
        int end() {
            return first + spans;
        }

        Position at(int number) {
            return from.at(from.ordinal() + step(number));
        }

        /** Returns how far a span of the batch stands behind the first one. */
        int step(int number) {
            return steps == null ? number - first : steps.index(number - first);
        }

        /** Returns the threshold of consistent sampling that a span of the batch carries, 0 for none. */
        long threshold(int number) {
            return steps == null ? 0 : steps.threshold(number - first);
        }

        /** Returns what was left out before a span of the batch. */
        LeftOut before(int number) {
            return before.andNotKept(step(number) - (number - first));
        }
    }

    Batch clear() {
        pieces.clear();
        length = 0;
        spans = 0;
        return this;
    }

    /** @param steps how far each span stands behind the first one, and its threshold; null where they follow each other and have none */
    void add(Position from, int count, @Nullable ChosenSpans steps, ProtoOutput encoded, LeftOut before) {
        int needed = Math.addExact(length, encoded.length());
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + (bytes.length >> 1)));
        }
        System.arraycopy(encoded.bytes(), 0, bytes, length, encoded.length());
        length = needed;
        pieces.add(new Piece(from, count, spans, before, steps));
        spans += count;
    }

    void end(Position position) {
        end = position;
    }

    /** Ends the batch for now. */
    void end(Position position, boolean nothingFits, LeftOut sum) {
        end = position;
        full = nothingFits;
        leftOut = sum;
    }

    /** Tells whether there was more in the log than fits. */
    public boolean isFull() {
        return full;
    }

    /** Returns what was left out up to where a follower goes on after the first {@code count} spans. */
    LeftOut leftOut(int count) {
        return count >= spans ? leftOut : pieceOf(count).before(count);
    }

    /** Returns the position past the batch. */
    public Position end() {
        return end;
    }

    List<Piece> pieces() {
        return pieces;
    }

    /** Returns the array that starts with the request; another one after the batch has grown. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes the request has. */
    public int length() {
        return length;
    }

    /** Returns how many spans the request holds. */
    public int spans() {
        return spans;
    }

    /** Returns the position where a follower goes on once the first {@code count} spans are taken care of. */
    public Position after(int count) {
        if (count >= spans) {
            return end;
        }
        return pieceOf(count).at(count);
    }

    private Piece pieceOf(int count) {
        for (int i = pieces.size() - 1; i >= 0; i--) {
            Piece piece = pieces.get(i);
            if (piece.first() <= count) {
                return piece;
            }
        }
        throw new IllegalArgumentException("Span " + count + " of a batch of " + spans + " spans");
    }
}
