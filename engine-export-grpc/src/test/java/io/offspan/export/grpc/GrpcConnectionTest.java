package io.offspan.export.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.offspan.testkit.receiver.OtlpReceiver;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The connection under the calls: when it is made anew, given up, and made through a proxy. */
class GrpcConnectionTest {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Map<String, String> HEADERS = Map.of("content-type", "application/grpc", "te", "trailers");

    private final ProxySelector before = ProxySelector.getDefault();
    private final AtomicLong nanos = new AtomicLong(-5);

    @AfterEach
    void restore() {
        ProxySelector.setDefault(before);
    }

    private JettyChannel channel(String base) {
        return new JettyChannel(URI.create(base + "/x"), null, nanos::get);
    }

    private static int call(JettyChannel channel, int bytes, Duration timeout) throws Exception {
        ByteBuffer prefix = ByteBuffer.allocate(5).putInt(1, bytes);
        return channel.call(HEADERS, prefix, ByteBuffer.allocate(bytes), timeout)
                .httpStatus();
    }

    @Test
    void aConnectionThatWasQuietForMinutesIsNotUsedAgain() throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                JettyChannel channel = channel(receiver.base())) {
            assertThat(call(channel, 0, WAIT)).isEqualTo(200);
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(2));
            assertThat(call(channel, 0, WAIT)).isEqualTo(200);
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(2));
            assertThat(call(channel, 0, WAIT)).isEqualTo(200);
            assertThat(receiver.visitors()).isEqualTo(1);
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(3));
            assertThat(call(channel, 0, WAIT)).isEqualTo(200);
            assertThat(receiver.visitors()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatIsNotMadeInTimeIsClosed() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JettyChannel channel = channel("https://localhost:" + silent.getLocalPort())) {
            silent.setSoTimeout((int) WAIT.toMillis());
            // The first starts the client, which takes a while in a fresh JVM.
            assertThatThrownBy(() -> call(channel, 0, Duration.ofMillis(1))).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> call(channel, 0, Duration.ofSeconds(2))).isInstanceOf(TimeoutException.class);
            try (Socket begun = silent.accept()) {
                begun.setSoTimeout((int) WAIT.toMillis());
                // What TLS begins with, and then the end.
                begun.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    void callsWithoutAThreadKeepNoFileOpen() {
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        int calls = 50;
        try (JettyChannel channel = new JettyChannel(URI.create("http://localhost:1/x"), null, nanos::get, task -> {
            throw new OutOfMemoryError("no thread for a test");
        })) {
            assertThatThrownBy(() -> call(channel, 0, WAIT)).isInstanceOf(OutOfMemoryError.class);
            long open = system.getOpenFileDescriptorCount();
            for (int i = 0; i < calls; i++) {
                assertThatThrownBy(() -> call(channel, 0, WAIT)).isInstanceOf(OutOfMemoryError.class);
            }
            assertThat(system.getOpenFileDescriptorCount()).isLessThan(open + calls);
        }
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestEndsIt() throws Exception {
        CompletableFuture<Boolean> reset = new CompletableFuture<>();
        try (OtlpReceiver receiver = OtlpReceiver.start();
                JettyChannel channel = channel(receiver.base())) {
            receiver.then(exchange -> {
                exchange.answer(8, "too much".getBytes(StandardCharsets.UTF_8));
                exchange.awaitEnd();
                reset.complete(true);
                return false;
            });
            // More than a receiver takes that has not said so.
            assertThat(call(channel, 1_000_000, WAIT)).isEqualTo(200);
            assertThat(reset.get(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void callsGoThroughTheProxyThatTheJvmNames() throws Exception {
        try (OtlpReceiver receiver = OtlpReceiver.start();
                ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JettyChannel channel = channel("http://collector.example:4317")) {
            useProxy(proxy);
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> tunnel(proxy, receiver.port()));
            assertThat(call(channel, 0, WAIT)).isEqualTo(200);
            assertThat(asked.get(WAIT.toSeconds(), TimeUnit.SECONDS)).startsWith("CONNECT collector.example:4317 ");
            assertThat(receiver.visitors()).isEqualTo(1);
        }
    }

    @Test
    void aProxyThatRefusesIsNamedWithWhatItSays() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                JettyChannel channel = channel("http://collector.example:4317")) {
            useProxy(proxy);
            CompletableFuture<Void> refused = CompletableFuture.runAsync(() -> refuse(proxy));
            assertThatThrownBy(() -> call(channel, 0, WAIT))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(":" + proxy.getLocalPort())
                    .hasMessageContaining("collector.example:4317")
                    .hasMessageEndingWith("HTTP/1.1 403 Not from here");
            refused.get(WAIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static void useProxy(ServerSocket proxy) {
        Proxy one = new Proxy(
                Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.getLocalPort()));
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI address) {
                return List.of(one);
            }

            @Override
            public void connectFailed(URI address, SocketAddress reached, IOException why) {}
        });
    }

    /** Passes a connection on, and returns what was asked for. */
    private static String tunnel(ServerSocket proxy, int port) {
        try {
            Socket from = proxy.accept();
            Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
            String asked = head(from.getInputStream());
            from.getOutputStream().write("HTTP/1.1 200 Go on\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            copy(from, to);
            copy(to, from);
            return asked;
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static void copy(Socket from, Socket to) {
        Thread copier = new Thread(() -> {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException gone) {
                // One of both has ended it.
            }
        });
        copier.setDaemon(true);
        copier.start();
    }

    private static void refuse(ServerSocket proxy) {
        try (Socket from = proxy.accept()) {
            head(from.getInputStream());
            from.getOutputStream().write("HTTP/1.1 403 Not from here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("The request ends in its head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
