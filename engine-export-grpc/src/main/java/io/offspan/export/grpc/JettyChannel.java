package io.offspan.export.grpc;

import io.offspan.export.send.GrpcAnswer;
import io.offspan.export.send.GrpcChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/2 for calls one after the other; without TLS it begins as HTTP/2 at once, with TLS by ALPN.
 *
 * <p>A connection on which a call has failed, has not come to its end in time or got too long an answer is closed, and the next call makes another one.
 *
 * <p><b>Threads.</b> {@link #call} one; {@link #close} any. <b>Owns</b> a client with a few daemon threads, made at the first call.
 */
final class JettyChannel implements GrpcChannel {
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    /** A connection is closed when nothing goes over it for so long; longer than any call may take. */
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(11);

    /** The most bytes of headers or trailers of an answer: a status with long words, which stand in a header, must come through. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final URI address;
    private final @Nullable SSLContext tls;
    private final ExecutorService threads;
    private final HTTP2Client client = new HTTP2Client();
    private final SslContextFactory.Client ssl = new SslContextFactory.Client();
    private @Nullable Session session;
    private boolean sending;
    private volatile @Nullable CompletableFuture<?> underWay;
    private final AtomicBoolean closed = new AtomicBoolean();

    JettyChannel(URI address, @Nullable SSLContext tls) {
        this.address = address;
        this.tls = tls;
        String name = "offspan-export-grpc-" + NUMBERS.incrementAndGet();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        client.setExecutor(threads);
        client.setScheduler(new ScheduledExecutorScheduler(name, true));
        client.setSelectors(1);
        client.setIdleTimeout(IDLE_MILLIS);
        client.setStreamIdleTimeout(IDLE_MILLIS);
        client.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
    }

    @Override
    public GrpcAnswer call(Map<String, String> headers, ByteBuffer prefix, ByteBuffer message, Duration timeout)
            throws IOException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        AnswerListener answer = new AnswerListener();
        sending = false;
        try {
            Session open = await(connected(), deadline);
            session = open;
            HttpFields.Mutable fields = HttpFields.build();
            headers.forEach(fields::add);
            MetaData.Request head =
                    new MetaData.Request(HttpMethod.POST.asString(), HttpURI.from(address), HttpVersion.HTTP_2, fields);
            Stream stream = await(open.newStream(new HeadersFrame(head, null, false), answer), deadline);
            sending = true;
            answer.sends(stream.data(new DataFrame(stream.getId(), prefix, false))
                    .thenCompose(sent -> sent.data(new DataFrame(sent.getId(), message, true))));
            GrpcAnswer given = await(answer.whole(), deadline);
            if (given.cut()) {
                drop();
            }
            return given;
        } catch (TimeoutException | IOException | InterruptedException failed) {
            drop();
            throw failed;
        } catch (RuntimeException refused) {
            // Such as a thread that the client wanted after the channel was closed.
            drop();
            throw new IOException(String.valueOf(refused), refused);
        }
    }

    @Override
    public boolean sending() {
        return sending;
    }

    private CompletableFuture<Session> connected() throws IOException {
        if (closed.get()) {
            throw new IOException("The channel was closed");
        }
        Session open = session;
        if (open != null && !open.isClosed()) {
            return CompletableFuture.completedFuture(open);
        }
        start();
        boolean secure = "https".equalsIgnoreCase(address.getScheme());
        int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
        String host = address.getHost();
        InetSocketAddress place =
                new InetSocketAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
        if (place.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        Session.Listener listener = new Session.Listener() {};
        return secure ? client.connect(ssl, place, listener) : client.connect(place, listener);
    }

    private void start() throws IOException {
        if (client.isStarted()) {
            return;
        }
        try {
            ssl.setSslContext(tls == null ? SSLContext.getDefault() : tls);
            ssl.start();
            client.start();
        } catch (NoSuchAlgorithmException none) {
            throw new IOException("This JDK has no TLS", none);
        } catch (Exception refused) {
            throw new IOException("The HTTP/2 client does not start", refused);
        }
    }

    /** Waits, and turns what went wrong into what it was. */
    private <T> T await(CompletableFuture<T> future, long deadline)
            throws IOException, TimeoutException, InterruptedException {
        underWay = future;
        try {
            if (closed.get()) {
                future.cancel(true);
            }
            return future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw cause instanceof IOException broken ? broken : new IOException(String.valueOf(cause), cause);
        } catch (CancellationException stopped) {
            throw new IOException("The channel was closed", stopped);
        } finally {
            underWay = null;
        }
    }

    private void drop() {
        Session open = session;
        session = null;
        if (open instanceof HTTP2Session known) {
            // Without a word: whoever goes on sending would not hear it.
            known.disconnect();
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        CompletableFuture<?> open = underWay;
        if (open != null) {
            open.cancel(true);
        }
        Thread ender = new Thread(this::end, "offspan-export-grpc-end");
        ender.setDaemon(true);
        ender.start();
    }

    /** Stopping waits for connections to end, which whoever closes an exporter does not. */
    private void end() {
        try {
            client.stop();
            ssl.stop();
        } catch (Exception late) {
            // Its threads are daemons; nothing else is left.
        } finally {
            threads.shutdownNow();
        }
    }
}
