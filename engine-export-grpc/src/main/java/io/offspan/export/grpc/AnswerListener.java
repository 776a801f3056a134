package io.offspan.export.grpc;

import io.offspan.export.send.GrpcAnswer;
import io.offspan.export.send.GrpcChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;

/**
 * Gathers the answer to one call: headers, a message up to a length, trailers. What is longer is read and thrown away, because the
 * trailers say what became of the spans; an answer without end is cut off.
 *
 * <p><b>Threads.</b> Those of the client, one after the other.
 */
final class AnswerListener implements Stream.Listener {
    private static final int PREFIX_BYTES = 5;
    private static final int MAX_BYTES = GrpcChannel.MAX_ANSWER_BYTES + PREFIX_BYTES;
    /** The most bytes that are read to get at the trailers. */
    private static final int MAX_READ_BYTES = 16 * 1024 * 1024;

    private final CompletableFuture<GrpcAnswer> whole = new CompletableFuture<>();
    private final Map<String, String> headers = new TreeMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    private int httpStatus;
    private int readBytes;

    CompletableFuture<GrpcAnswer> whole() {
        return whole;
    }

    /** Takes note of a request that cannot be sent; an answer that is there already stays. */
    void sends(CompletableFuture<?> request) {
        request.whenComplete((sent, failed) -> {
            if (failed != null) {
                whole.completeExceptionally(failed instanceof IOException ? failed : new IOException(failed));
            }
        });
    }

    @Override
    public void onHeaders(Stream stream, HeadersFrame frame) {
        MetaData head = frame.getMetaData();
        if (head instanceof MetaData.Response response) {
            httpStatus = response.getStatus();
        }
        for (HttpField field : head.getHttpFields()) {
            headers.put(field.getLowerCaseName(), String.valueOf(field.getValue()));
        }
        if (frame.isEndStream()) {
            complete();
        } else {
            stream.demand();
        }
    }

    @Override
    public void onDataAvailable(Stream stream) {
        for (Stream.Data data = stream.readData(); data != null; data = stream.readData()) {
            boolean last = data.frame().isEndStream();
            take(data.frame().getByteBuffer());
            data.release();
            if (last) {
                complete();
                return;
            }
            if (readBytes > MAX_READ_BYTES) {
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
                complete();
                return;
            }
        }
        stream.demand();
    }

    private void take(ByteBuffer part) {
        readBytes += part.remaining();
        byte[] taken = new byte[Math.min(part.remaining(), MAX_BYTES - bytes.size())];
        part.get(taken);
        bytes.write(taken, 0, taken.length);
    }

    private void complete() {
        whole.complete(new GrpcAnswer(httpStatus, headers, bytes.toByteArray(), readBytes > bytes.size()));
    }

    @Override
    public void onReset(Stream stream, ResetFrame frame, Callback callback) {
        whole.completeExceptionally(
                new IOException("the call was reset: " + ErrorCode.toString(frame.getError(), "unknown")));
        callback.succeeded();
    }

    @Override
    public void onFailure(Stream stream, int error, String reason, Throwable failure, Callback callback) {
        whole.completeExceptionally(failure instanceof IOException ? failure : new IOException(reason, failure));
        callback.succeeded();
    }
}
