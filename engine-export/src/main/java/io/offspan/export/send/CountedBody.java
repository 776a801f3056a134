package io.offspan.export.send;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** The body of a request, which counts what of it went to a connection: nothing, when there is none. */
final class CountedBody implements BodyPublisher {
    private final BodyPublisher body;
    private final AtomicInteger sent = new AtomicInteger();

    CountedBody(BodyPublisher body) {
        this.body = body;
    }

    int sentBytes() {
        return sent.get();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        body.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(ByteBuffer bytes) {
                sent.addAndGet(bytes.remaining());
                subscriber.onNext(bytes);
            }

            @Override
            public void onError(Throwable broken) {
                subscriber.onError(broken);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }
}
