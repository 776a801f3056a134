package io.offspan.server.command;

import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.SpanIndex;
import io.offspan.server.OffspanServer;
import io.offspan.server.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves the store in a directory until it is told to end. */
@Command(
        name = "offspan serve",
        mixinStandardHelpOptions = true,
        description =
                "Takes spans by OTLP, over HTTP and gRPC, stores them, and answers what Grafana asks of Tempo,"
                        + " until Ctrl-C. Programs of this machine alone reach it. What is acknowledged is stored: it survives kill -9.",
        footer = {
            "",
            "Every port speaks every protocol: POST /v1/traces, calls of gRPC, Tempo's",
            "API, the page at /, and /api/telemetry/spans?q=TRACEQL&follow=true, which",
            "'curl -N' shows as lines of OTLP/JSON as the spans come.",
            "",
            "Exit status: 0 done; 2 wrong usage; 3 the store or a port cannot be used,",
            "with what to do.",
            "",
            "Examples:",
            "  offspan serve",
            "  offspan serve --data /var/lib/spans --port 4318 --port 4317"
        })
public final class Serve implements Callable<Integer> {
    private static final int UNUSABLE = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:OFFSPAN_DATA:-spans}",
            description =
                    "The directory of the store, made if it is not there (default: OFFSPAN_DATA of the environment,"
                            + " else 'spans').")
    private Path data = Path.of("spans");

    @Option(
            names = "--port",
            paramLabel = "N",
            description =
                    "A port to listen at, 0 for any free one; may be given more than once (default: 4318 and 4317).")
    private List<Integer> ports = List.of(ServerConfig.HTTP_PORT, ServerConfig.GRPC_PORT);

    public static void main(String[] arguments) {
        // Jetty tells of each step of its own, and this is read when it is first asked.
        if (System.getProperty("org.slf4j.simpleLogger.defaultLogLevel") == null) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        }
        System.exit(new CommandLine(new Serve()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config;
        try {
            config = new ServerConfig(ports);
        } catch (IllegalArgumentException refused) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--port: " + refused.getMessage());
        }
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            asked.countDown();
            try {
                closed.await();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
        try (SpanStore store = SpanStore.open(data, storeConfig());
                SpanIndex index = SpanIndex.over(store);
                OffspanServer server = OffspanServer.start(store, config)) {
            Runtime.getRuntime().addShutdownHook(hook);
            say(server);
            asked.await();
            return 0;
        } catch (SpanStoreException | IOException refused) {
            spec.commandLine().getErr().println("offspan: " + refused.getMessage());
            return UNUSABLE;
        } finally {
            closed.countDown();
        }
    }

    /** A sender waits a moment for room, rather than that its spans are refused. */
    private static StoreConfig storeConfig() {
        return StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(PATIENCE)
                .build();
    }

    private void say(OffspanServer server) {
        StringBuilder text = new StringBuilder("Offspan serves " + data + " at ");
        List<URI> addresses = server.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            text.append(i == 0 ? "" : " and ").append(addresses.get(i));
        }
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }
}
