package io.offspan.server.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Gathers the body of a request as it comes, without a thread that waits for it, and has it taken when it is there.
 *
 * <p>One that is too large is read on and thrown away, up to a point, so that its sender gets to read the answer.
 */
final class Body implements Runnable {
    /** From the first byte to the last; who takes longer does not send but hold. */
    static final int SECONDS = 60;

    private static final int MOST_THROWN_AWAY = 8;
    private static final int PIECE = 16 << 10;

    private final Request request;
    private final int limit;
    private final RequestMemory memory;
    private final BodyTaker taker;
    private final Bytes bytes;
    private final Scheduler.Task deadline;
    private long thrownAway;
    private boolean tooLarge;

    Body(Request request, int limit, RequestMemory memory, BodyTaker taker) {
        this.request = request;
        this.limit = limit;
        this.memory = memory;
        this.taker = taker;
        bytes = new Bytes(memory, limit);
        deadline = request.getComponents()
                .getScheduler()
                .schedule(
                        () -> request.fail(
                                new TimeoutException("The body did not come within " + SECONDS + " seconds")),
                        SECONDS,
                        TimeUnit.SECONDS);
    }

    @Override
    public void run() {
        try {
            while (true) {
                Content.Chunk chunk = request.read();
                if (chunk == null) {
                    request.demand(this);
                    return;
                }
                if (Content.Chunk.isFailure(chunk)) {
                    throw new Refused(
                            408,
                            "The body did not come to its end: "
                                    + chunk.getFailure().getMessage());
                }
                boolean last = chunk.isLast();
                try {
                    add(chunk.getByteBuffer());
                } finally {
                    chunk.release();
                }
                if (last) {
                    break;
                }
            }
            deadline.cancel();
            if (tooLarge) {
                throw tooLarge(limit);
            }
            taker.take(bytes);
            bytes.release();
        } catch (Refused refused) {
            end(refused);
        } catch (Exception | OutOfMemoryError failed) {
            end(Refused.because(failed));
        }
    }

    private void end(Refused refused) {
        deadline.cancel();
        bytes.release();
        taker.refused(refused);
    }

    private void add(ByteBuffer more) {
        if (!tooLarge && !bytes.add(more)) {
            tooLarge = true;
            bytes.release();
        }
        if (tooLarge) {
            thrownAway += more.remaining();
            if (thrownAway > (long) MOST_THROWN_AWAY * limit) {
                throw tooLarge(limit);
            }
        }
    }

    private static Refused tooLarge(int limit) {
        return new Refused(413, "The request is larger than " + limit + " bytes; send fewer spans at once");
    }

    /** Unpacks what was sent by gzip; to be released. */
    static Bytes unpack(byte[] packed, int offset, int length, int limit, RequestMemory memory) {
        Bytes unpacked = new Bytes(memory, limit);
        byte[] piece = new byte[PIECE];
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed, offset, length), PIECE)) {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (!unpacked.add(ByteBuffer.wrap(piece, 0, count))) {
                    throw tooLarge(limit);
                }
            }
            return unpacked;
        } catch (ZipException | EOFException damaged) {
            unpacked.release();
            throw new Refused(400, "The request is said to be gzip and is not, or is cut off: " + damaged.getMessage());
        } catch (IOException impossible) {
            unpacked.release();
            throw new Refused(400, "The request cannot be unpacked: " + impossible.getMessage());
        } catch (RuntimeException | Error failed) {
            unpacked.release();
            throw failed;
        }
    }
}
