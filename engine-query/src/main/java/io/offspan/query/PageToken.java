package io.offspan.query;

import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.scan.Horizon;
import io.offspan.query.scan.Leaves;
import io.offspan.query.scan.SpanKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Where a page of an answer ends, as text that a client may keep: the last span, the moment of the first page, the times that were asked
 * for, and of which question and store it is. Nothing of the store is held for it.
 *
 * <pre>
 *  0 u8  version 1           1 u8  order
 *  2 u64 store, folded      10 u32 checksum of the pipeline
 * 14 u16 bounds of time     16 each u8 1 for "before", 0 for "at or after"; u64 time
 *    then the key of the last span, the moment, and a checksum of all that stands before it
 * </pre>
 *
 * <p>The text is this in the alphabet of base 64 for addresses, without padding.
 *
 * <p><b>Fails</b> with {@link QueryException} ({@code BAD_PAGE}).
 */
record PageToken(SpanOrder order, long store, int pipeline, List<Comparison> window, SpanKey last, Horizon horizon) {
    private static final int VERSION = 1;
    /** No token is longer, since a store has only so many slabs. */
    private static final int MAX_CHARS = 1 << 21;

    private static final int HEAD_BYTES = 2 + Long.BYTES + Integer.BYTES + Short.BYTES;
    private static final int BOUND_BYTES = 1 + Long.BYTES;

    /** Makes the token of a page that ends with a span, of leaves that are open. */
    static PageToken of(Query query, Leaves leaves, SpanKey last) {
        PageToken before = query.page();
        return new PageToken(
                query.order(),
                leaves.storeId(),
                checksum(query),
                query.bounds(),
                last,
                before == null ? Horizon.of(leaves) : before.horizon());
    }

    private static int checksum(Query query) {
        return crc(ByteBuffer.wrap(query.pipeline().toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Refuses a question that this is no page of. */
    void requireOf(Query query) {
        if (pipeline != checksum(query) || order != query.order()) {
            throw bad(
                    "The page token is one of another query; ask what the first page asked, in the same order, or leave"
                            + " the token out");
        }
    }

    /** Refuses a store that this is no page of. */
    void requireOf(Leaves leaves) {
        if (!leaves.havePages()) {
            throw bad("A page goes on in one store, and several are asked; ask the one, or leave the token out");
        }
        if (store != 0 && store != leaves.storeId()) {
            throw bad("The page token is one of another store; ask that one, or leave the token out");
        }
    }

    /** Returns the text. */
    String text() {
        int bytes = HEAD_BYTES + BOUND_BYTES * window.size() + SpanKey.BYTES + horizon.bytes() + Integer.BYTES;
        ByteBuffer into = ByteBuffer.allocate(bytes);
        into.put((byte) VERSION).put((byte) order.ordinal());
        into.putLong(store).putInt(pipeline).putShort((short) window.size());
        for (Comparison bound : window) {
            into.put((byte) (bound.operator() == Operator.LESS ? 1 : 0));
            into.putLong(((Operand.Whole) bound.operand()).value());
        }
        last.write(into);
        horizon.write(into);
        into.putInt(crc(into.duplicate().flip()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(into.array());
    }

    /** Reads a text. */
    static PageToken parse(String text) {
        ByteBuffer from;
        try {
            if (text.isEmpty() || text.length() > MAX_CHARS) {
                throw bad(
                        "A page token of " + text.length() + " characters; pass on the whole token of the page before");
            }
            from = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.strip()));
            int end = from.limit() - Integer.BYTES;
            if (end <= 0 || from.getInt(end) != crc(from.duplicate().limit(end))) {
                throw damaged();
            }
            if (from.get() != VERSION) {
                throw bad("The page token has version " + from.get(0) + ", and this release knows version " + VERSION
                        + "; begin with the first page again");
            }
            return read(from.limit(end));
        } catch (IllegalArgumentException | BufferUnderflowException | IndexOutOfBoundsException broken) {
            throw damaged();
        }
    }

    private static PageToken read(ByteBuffer from) {
        SpanOrder order = SpanOrder.values()[from.get()];
        long store = from.getLong();
        int pipeline = from.getInt();
        List<Comparison> window = new ArrayList<>();
        for (int bounds = from.getShort() & 0xffff; bounds > 0; bounds--) {
            Operator operator = from.get() == 1 ? Operator.LESS : Operator.GREATER_OR_EQUAL;
            window.add(new Comparison(Intrinsic.START, operator, new Operand.Whole(from.getLong())));
        }
        SpanKey last = SpanKey.read(from);
        PageToken token = new PageToken(order, store, pipeline, List.copyOf(window), last, Horizon.read(from));
        if (from.hasRemaining()) {
            throw damaged();
        }
        return token;
    }

    private static QueryException damaged() {
        return bad("The page token is damaged; pass on the whole token of the page before, or begin with the first page"
                + " again");
    }

    private static QueryException bad(String message) {
        return new QueryException(Reason.BAD_PAGE, message);
    }
}
