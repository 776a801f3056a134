package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.pack.Compression;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Received;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How bodies travel: compressed as set or as the receiver takes them, and through a proxy where the JVM has one. */
class CompressionTest {
    private static final int SPANS = 10;
    private static final List<Long> ALL =
            LongStream.rangeClosed(1, SPANS).boxed().toList();

    @TempDir
    static Path temporary;

    private static SpanStore store;

    @BeforeAll
    static void fill() {
        store = TestSpans.open(temporary.resolve("store"));
        TestSpans.append(store, 1, SPANS);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @ParameterizedTest
    @CsvSource({"NONE, none", "GZIP, gzip", "ZSTD, zstd", "AUTO, gzip"})
    void bodiesComeAsTheySay(Compression way, String encoding) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config.compression(way);
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.packing()).startsWith(encoding + ", ");
            assertThat(status.flow().compression().word()).isEqualTo(encoding);
            assertThat(to.agent().decisions()).isEmpty();
            Received request = to.receiver.received().get(0);
            assertThat(request.headers().getOrDefault("content-encoding", "none"))
                    .isEqualTo(encoding);
            assertThat(request.ids()).isEqualTo(ALL);
        }
    }

    @ParameterizedTest
    @CsvSource({"400", "415", "501"})
    void aReceiverThatTakesNoGzipGetsNoneWhereTheChoiceIsOurs(int code) throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config.compression(Compression.AUTO);
            to.refuse(code, request -> request.headers().containsKey("content-encoding"));
            ExportStatus status = to.run();
            assertThat(status.state()).isEqualTo(State.IDLE);
            assertThat(status.refusals() + status.pauses() + status.poisonedSpans())
                    .isZero();
            assertThat(to.accepted()).isEqualTo(ALL);
            assertThat(status.packing()).startsWith("none, chosen").contains("gzip not taken");
            assertThat(status.flow().compression()).isEqualTo(Compression.NONE);
            assertThat(to.agent().decisions()).singleElement().satisfies(decision -> {
                assertThat(decision.from().compression()).isEqualTo(Compression.GZIP);
                assertThat(decision.to()).isEqualTo(decision.from().of(Compression.NONE));
                assertThat(decision.reason()).isEqualTo(status.packing());
            });
            int sent = to.receiver.received().stream()
                    .mapToInt(Received::bodyBytes)
                    .sum();
            assertThat(status.wireBytes()).isEqualTo(sent);
        }
    }

    @Test
    void aRefusalThatHasNothingToDoWithCompressionStaysOne() throws IOException {
        try (TestDestination to = new TestDestination(store)) {
            to.config.compression(Compression.AUTO);
            to.refuse(400, request -> request.ids().contains(7L));
            ExportStatus status = to.run();
            assertThat(status.poisonedSpans()).isEqualTo(1);
            assertThat(to.accepted())
                    .isEqualTo(ALL.stream().filter(id -> id != 7).toList());
            assertThat(status.packing()).startsWith("gzip, ").doesNotContain("not taken");
        }
    }

    @Test
    void theProxyOfTheJvmIsUsed() throws IOException {
        ProxySelector before = ProxySelector.getDefault();
        try (TestDestination to = new TestDestination(store);
                OtlpReceiver proxy = OtlpReceiver.start()) {
            ProxySelector.setDefault(new ProxySelector() {
                @Override
                public List<Proxy> select(URI address) {
                    return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("localhost", proxy.port())));
                }

                @Override
                public void connectFailed(URI address, SocketAddress at, IOException cause) {}
            });
            proxy.usually(Reply.ok());
            to.config.endpoint(URI.create("http://collector.invalid/v1/traces")).allowPlainHttp(true);
            assertThat(to.run().state()).isEqualTo(State.IDLE);
            assertThat(proxy.received().get(0).path()).isEqualTo("http://collector.invalid/v1/traces");
            assertThat(to.receiver.received()).isEmpty();
        } finally {
            ProxySelector.setDefault(before);
        }
    }
}
