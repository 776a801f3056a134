package io.offspan.export.send;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of a response up to a length; one that goes on is cut off, and its connection dropped with it.
 *
 * <p><b>Threads.</b> Those of the HTTP client, one after the other.
 */
final class LimitedBody implements HttpResponse.BodySubscriber<LimitedBody.Content> {
    /** What is kept of a body. */
    static final int MAX_BYTES = 64 * 1024;

    private final CompletableFuture<Content> content = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    private Flow.@Nullable Subscription subscription;

    /**
     * A body.
     *
     * @param bytes its first bytes, at most {@link #MAX_BYTES}
     * @param cut whether there were more
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Content(byte[] bytes, boolean cut) {}

    @Override
    public CompletionStage<Content> getBody() {
        return content;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            int room = MAX_BYTES - bytes.size();
            byte[] taken = new byte[Math.min(room, buffer.remaining())];
            buffer.get(taken);
            bytes.write(taken, 0, taken.length);
            if (buffer.hasRemaining()) {
                cutOff();
                return;
            }
        }
        Flow.Subscription open = subscription;
        if (open != null) {
            open.request(1);
        }
    }

    private void cutOff() {
        Flow.Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
        content.complete(new Content(bytes.toByteArray(), true));
    }

    @Override
    public void onError(Throwable broken) {
        content.completeExceptionally(broken);
    }

    @Override
    public void onComplete() {
        content.complete(new Content(bytes.toByteArray(), false));
    }
}
