package io.offspan.it.fault;

import io.offspan.core.SpanAppender;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.value.AppendResult;
import io.offspan.it.gate.Census;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A host that opens, appends, reads and closes, and reports every trace of something that left it or its data directory. */
final class QuietChild {
    private static final int SPANS = 20_000;

    private QuietChild() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        List<URI> asked = Collections.synchronizedList(new ArrayList<>());
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                asked.add(uri);
            }
        });
        for (int round = 0; round < 2; round++) {
            live(data, round);
        }
        System.out.println("asked " + asked);
        System.out.println("sockets " + sockets());
        System.out.println("outside " + outside(data.toRealPath()));
        System.out.println("analytics " + analytics());
        System.out.println("done");
    }

    private static void live(Path data, int round) {
        StoreConfig config = StoreConfig.builder()
                .segmentBytes(4 << 20)
                .budgetBytes(1L << 30)
                .syncInterval(Duration.ofMillis(50))
                .build();
        try (SpanStore store = SpanStore.open(data, config)) {
            SpanAppender appender = store.newAppender();
            StampedSpan span = new StampedSpan();
            for (int i = 1; i <= SPANS; i++) {
                span.fill(appender.draft(), round, i);
                while (appender.append() != AppendResult.ACCEPTED) {
                    Thread.onSpinWait();
                }
            }
            if (!store.awaitSynced(Duration.ofSeconds(60))) {
                throw new IllegalStateException("not synced", store.failure());
            }
            Census census = new Census(2);
            census.count(store.reader());
            System.out.println("round " + round + " spans " + census.spans());
        }
    }

    /** Returns what this process holds open and has mapped shared and writable that is not in the data directory. */
    private static List<String> outside(Path data) throws IOException {
        List<String> found = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            String[] fields = line.split("\\s+", 6);
            if (fields.length == 6 && fields[1].startsWith("rw-s") && !fields[5].startsWith(data.toString())) {
                found.add(fields[5]);
            }
        }
        return found;
    }

    /** Returns the sockets of this process that reach a network; the JDK itself opens a local one for its channels. */
    private static List<String> sockets() throws IOException {
        StringBuilder network = new StringBuilder();
        for (String table : List.of("tcp", "tcp6", "udp", "udp6", "raw", "raw6")) {
            Path file = Path.of("/proc/self/net", table);
            network.append(Files.exists(file) ? Files.readString(file) : "");
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path link : open) {
                String target = target(link);
                if (target.startsWith("socket:") && network.indexOf(target.replaceAll("\\D", "")) >= 0) {
                    found.add(target);
                }
            }
        }
        return found;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            // The descriptor of the listing itself.
            return "";
        }
    }

    private static String analytics() {
        try {
            Class<?> facade = Class.forName("net.openhft.chronicle.core.analytics.AnalyticsFacade");
            return String.valueOf(facade.getMethod("isEnabled").invoke(null));
        } catch (ClassNotFoundException absent) {
            return "absent";
        } catch (ReflectiveOperationException unknown) {
            return unknown.toString();
        }
    }
}
