package io.offspan.export.grpc;

import io.offspan.export.send.GrpcAnswer;
import io.offspan.export.send.GrpcChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of HTTP/2 for calls one after the other; without TLS it begins as HTTP/2 at once, with TLS by ALPN.
 *
 * <p>A connection on which a call has failed, has not come to its end in time or got too long an answer is closed, and the next call makes
 * another one. So is one that was quiet for minutes: what is between may have forgotten it without a word, and a call that asks would wait for
 * its whole time. It is not kept alive by pings, which a server of gRPC takes for an attack where no call is open.
 *
 * <p><b>Threads.</b> {@link #call} one; {@link #close} any. <b>Owns</b> a client with a few daemon threads, made at the first call.
 */
final class JettyChannel implements GrpcChannel {
    private static final Logger LOG = LoggerFactory.getLogger(JettyChannel.class);
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    /** A connection is closed when nothing goes over it for so long; longer than any call may take. */
    private static final long IDLE_MILLIS = TimeUnit.MINUTES.toMillis(11);

    /** A connection is not used again after so long without a call, less than what is between remembers it as a rule. */
    private static final long MAX_QUIET_NANOS = TimeUnit.MINUTES.toNanos(3);

    /** The most bytes of headers or trailers of an answer: a status with long words, which stand in a header, must come through. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final URI address;
    private final @Nullable SSLContext tls;
    private final ExecutorService threads;
    private final HTTP2Client client = new HTTP2Client();
    private final Dialer dialer;
    private final SslContextFactory.Client ssl;
    private final LongSupplier clock;
    private @Nullable Session session;
    private long usedNanos;
    private boolean sending;
    private volatile @Nullable CompletableFuture<?> underWay;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param clock says for how long a connection was quiet, in nanoseconds */
    JettyChannel(URI address, @Nullable SSLContext tls, LongSupplier clock) {
        this(address, tls, clock, Thread::new);
    }

    /** @param makes makes the threads, which the channel names and sets as daemons */
    JettyChannel(URI address, @Nullable SSLContext tls, LongSupplier clock, ThreadFactory makes) {
        this.address = address;
        this.tls = tls;
        this.clock = clock;
        dialer = new Dialer(address);
        ssl = new SslContextFactory.Client() {
            @Override
            public SSLEngine newSSLEngine() {
                // Who has to identify itself, which a proxy before it does not.
                return newSSLEngine(dialer.host(), dialer.port());
            }

            @Override
            public SSLEngine newSSLEngine(InetSocketAddress reached) {
                return newSSLEngine();
            }
        };
        String name = "offspan-export-grpc-" + NUMBERS.incrementAndGet();
        threads = Executors.newCachedThreadPool(task -> {
            Thread thread = makes.newThread(task);
            thread.setName(name);
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
            Session open = connected(deadline);
            HttpFields.Mutable fields = HttpFields.build();
            headers.forEach(fields::add);
            MetaData.Request head =
                    new MetaData.Request(HttpMethod.POST.asString(), HttpURI.from(address), HttpVersion.HTTP_2, fields);
            Stream stream = await(open.newStream(new HeadersFrame(head, null, false), answer), deadline);
            sending = true;
            answer.sends(stream.data(new DataFrame(stream.getId(), prefix, false))
                    .thenCompose(sent -> sent.data(new DataFrame(sent.getId(), message, true))));
            GrpcAnswer given = await(answer.whole(), deadline);
            if (!stream.isClosed()) {
                // Answered before all of it was sent: nobody wants the rest.
                stream.reset(new ResetFrame(stream.getId(), ErrorCode.CANCEL_STREAM_ERROR.code), Callback.NOOP);
            }
            usedNanos = clock.getAsLong();
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
        } catch (OutOfMemoryError none) {
            // Such as a thread that the client wanted and the system does not have.
            drop();
            throw none;
        }
    }

    @Override
    public boolean sending() {
        return sending;
    }

    private Session connected(long deadline) throws IOException, TimeoutException, InterruptedException {
        if (closed.get()) {
            throw new IOException("The channel was closed");
        }
        Session open = session;
        if (open != null && !open.isClosed() && clock.getAsLong() - usedNanos < MAX_QUIET_NANOS) {
            return open;
        }
        drop();
        start();
        SocketChannel channel = dialer.dial(deadline);
        boolean made = false;
        try {
            Promise.Completable<Session> begun = new Promise.Completable<>();
            boolean secure = "https".equalsIgnoreCase(address.getScheme());
            client.accept(secure ? ssl : null, channel, new Session.Listener() {}, begun);
            open = await(begun, deadline);
            session = open;
            made = true;
            return open;
        } finally {
            if (!made) {
                // Else it would go on for as long as it may be idle.
                channel.close();
            }
        }
    }

    private void start() throws IOException, InterruptedException {
        if (client.isStarted()) {
            return;
        }
        try {
            ssl.setSslContext(tls == null ? SSLContext.getDefault() : tls);
            ssl.start();
            // The client leaves a selector open for which the system has no thread; so that is found out before there
            // is one.
            threads.submit(() -> {}).get();
            client.start();
        } catch (InterruptedException stopped) {
            throw stopped;
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
        dialer.close();
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
            LOG.warn("The HTTP/2 client of an exporter did not end in order; its threads are daemons", late);
        } finally {
            threads.shutdownNow();
        }
    }
}
