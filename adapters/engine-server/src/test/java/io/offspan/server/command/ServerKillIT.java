package io.offspan.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.StoreReader;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.server.otlp.Requests;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while requests come: what it answered with success is stored. */
class ServerKillIT {
    private static final int SENDERS = 3;
    private static final int MOST_BEFORE_KILL = 400;
    private static final int SPANS = 2;
    private static final int START_SECONDS = 120;
    private static final Pattern ADDRESS = Pattern.compile("http://[^ ]+:\\d+/");

    @TempDir
    Path directory;

    private final AtomicInteger numbers = new AtomicInteger();
    private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();

    @Test
    void losesNothingThatItAcknowledged() throws Exception {
        long seed = Gate.seed();
        Random random = new Random(seed);
        int kills = Gate.size(2, 20);
        Set<Integer> stored = new TreeSet<>();
        for (int kill = 0; kill < kills; kill++) {
            serveUntilKilled(1 + random.nextInt(MOST_BEFORE_KILL));
            stored = stored();
            assertThat(stored).as("seed %d, kill %d", seed, kill).containsAll(acknowledged);
        }
        new Gate("server-kill", seed)
                .put("kills", kills)
                .put("acknowledged", acknowledged.size())
                .put("stored", stored.size())
                .report(stored.containsAll(acknowledged));
    }

    private void serveUntilKilled(int requests) throws Exception {
        try (ChildJvm child = ChildJvm.of(Serve.class)
                .arguments("--data", directory.resolve("store"), "--port", 0)
                .scratch(directory)
                .start()) {
            URI traces = address(child).resolve("/v1/traces");
            int enough = acknowledged.size() + requests;
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                Thread sender = new Thread(() -> send(traces));
                sender.start();
                senders.add(sender);
            }
            while (acknowledged.size() < enough && child.alive()) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(child.alive()).as(child.report()).isTrue();
            child.kill();
            for (Thread sender : senders) {
                sender.join();
            }
        }
    }

    private static URI address(ChildJvm child) {
        long deadline = System.nanoTime() + START_SECONDS * 1_000_000_000L;
        Matcher matcher = ADDRESS.matcher(child.output());
        while (!matcher.find()) {
            assertThat(child.alive() && System.nanoTime() < deadline)
                    .as(child.report())
                    .isTrue();
            LockSupport.parkNanos(1_000_000);
            matcher = ADDRESS.matcher(child.output());
        }
        return URI.create(matcher.group());
    }

    /** Sends until there is nobody. */
    private void send(URI traces) {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        while (true) {
            int number = numbers.incrementAndGet();
            HttpRequest request = HttpRequest.newBuilder(traces)
                    .header("Content-Type", "application/x-protobuf")
                    .POST(BodyPublishers.ofByteArray(Requests.of(number, SPANS).toByteArray()))
                    .build();
            try {
                if (client.send(request, BodyHandlers.ofByteArray()).statusCode() == 200) {
                    acknowledged.add(number);
                }
            } catch (IOException | InterruptedException killed) {
                return;
            }
        }
    }

    /** Returns the numbers of the requests of which every span is stored. */
    private Set<Integer> stored() {
        Map<Integer, Integer> spans = new HashMap<>();
        try (StoreReader reader = StoreReader.open(directory.resolve("store"));
                SpanCursor cursor = QueryEngine.over(reader).find(Query.all().limit(Query.MAX_LIMIT))) {
            while (cursor.next()) {
                spans.merge((int) cursor.view().traceIdLow(), 1, Integer::sum);
            }
        }
        Set<Integer> whole = new TreeSet<>();
        spans.forEach((number, count) -> {
            if (count >= SPANS) {
                whole.add(number);
            }
        });
        return whole;
    }
}
