package io.offspan.cli.demo;

import io.opentelemetry.sdk.trace.SpanProcessor;
import java.io.IOException;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The visitors of a shop, eight at a time. <b>Owns</b> the shop and the threads; closing stops both. */
final class Visitors implements AutoCloseable {
    private static final int AT_A_TIME = 8;

    private final Shop shop;
    private final ExecutorService threads;

    Visitors(SpanProcessor processor) throws IOException {
        shop = new Shop(
                processor,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        threads = Executors.newFixedThreadPool(AT_A_TIME, task -> {
            Thread thread = new Thread(task, "demo-visitor");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Plays visits to their end. */
    void play(long seed, int visits) throws InterruptedException {
        List<Future<?>> played = new ArrayList<>();
        for (int number = 0; number < visits; number++) {
            Visit visit = Visit.draw(seed, number);
            played.add(threads.submit(() -> shop.play(visit)));
        }
        for (Future<?> visit : played) {
            try {
                visit.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("A visit of the demo failed: " + e.getCause(), e.getCause());
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        shop.close();
    }
}
