package io.offspan.server;

import com.google.protobuf.InvalidProtocolBufferException;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.testkit.otlp.SpanBag;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server over an empty store, at a free port, for each test. */
public abstract class ServerCase {
    @TempDir
    protected Path directory;

    protected SpanStore store;
    protected OffspanServer server;
    protected final HttpClient client = HttpClient.newHttpClient();
    private SpanIndex index;

    /** Returns the settings of a store that a server is best with: it waits for room. */
    private static StoreConfig config() {
        return StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(30))
                .build();
    }

    @BeforeEach
    final void startServer() throws IOException {
        store = SpanStore.open(directory.resolve("store"), config());
        index = SpanIndex.over(store);
        server = OffspanServer.start(store, ServerConfig.defaults().withPorts(0));
    }

    @AfterEach
    final void stopServer() {
        server.close();
        index.close();
        store.close();
    }

    protected final URI at(String path) {
        return server.address().resolve(path);
    }

    protected final HttpResponse<String> get(String path) throws Exception {
        return ask(path, request -> {});
    }

    protected final HttpResponse<String> ask(String path, Consumer<HttpRequest.Builder> more) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        more.accept(request);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** Returns all that is stored. */
    protected final SpanBag stored() throws InvalidProtocolBufferException {
        OtlpWriter writer = new OtlpWriter().begin();
        try (SpanCursor spans =
                QueryEngine.over(store.reader()).find(Query.all().limit(Query.MAX_LIMIT))) {
            while (spans.next()) {
                writer.add(spans.view());
            }
        }
        return new SpanBag().add(writer.end().toByteArray());
    }
}
