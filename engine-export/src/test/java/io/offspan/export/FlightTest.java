package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.export.batch.BatchReader;
import io.offspan.export.batch.Flight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch that is sent in parts after the log has lost some of its spans. */
class FlightTest {
    private static final int GONE = 100;
    private static final int LEFT = 20;
    private static final int MAX_BYTES = 1 << 20;

    @TempDir
    Path temporary;

    @Test
    void spansDeletedBeforeTheyAreSentInAPartAreCountedOnceHoweverOftenThatIsHalved() throws IOException {
        Path directory = temporary.resolve("store");
        try (SpanStore store = twoSegments(directory);
                StoreReader reader = StoreReader.open(directory);
                BatchReader log = new BatchReader(reader, MAX_BYTES, Position.START)) {
            Flight flight = new Flight(log);
            assertThat(flight.fill()).isTrue();
            assertThat(flight.current().spans()).isEqualTo(GONE + LEFT);
            deleteOldest(directory);
            int sent = 0;
            assertThat(flight.split()).isTrue();
            while (flight.load()) {
                if (!flight.split()) {
                    sent += flight.current().spans();
                    flight.done();
                }
            }
            assertThat(sent).isEqualTo(LEFT);
            assertThat(log.lostSpans()).isEqualTo(GONE);
        }
    }

    @Test
    void whoGoesBackDoesNotCountALossTwice() throws IOException {
        Path directory = temporary.resolve("store");
        try (SpanStore store = twoSegments(directory);
                StoreReader reader = StoreReader.open(directory);
                BatchReader log = new BatchReader(reader, MAX_BYTES, Position.START)) {
            Flight flight = new Flight(log);
            flight.fill();
            deleteOldest(directory);
            flight.split();
            // The first half is gone, and so are the first spans of the second.
            assertThat(flight.load()).isTrue();
            flight.done();
            assertThat(log.lostSpans()).isEqualTo(GONE);
            log.rewind(Position.START);
            assertThat(log.lostSpans()).isEqualTo(GONE);

            flight.fill();
            assertThat(flight.current().spans()).isEqualTo(LEFT);
            assertThat(log.lostSpans()).isEqualTo(GONE);
            flight.done();
            flight.settled();
            log.rewind(flight.doneTo());
            assertThat(flight.fill()).isFalse();
            assertThat(log.lostSpans()).isEqualTo(GONE);
        }
    }

    /** With slabs made anew an opening does not continue the last segment. */
    private static SpanStore twoSegments(Path directory) throws IOException {
        try (SpanStore first = TestSpans.open(directory)) {
            TestSpans.append(first, 1, GONE);
        }
        Files.delete(directory.resolve("slabs"));
        SpanStore store = TestSpans.open(directory);
        TestSpans.append(store, GONE + 1, GONE + LEFT);
        return store;
    }

    private static void deleteOldest(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("log"))) {
            Files.delete(files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow());
        }
    }
}
