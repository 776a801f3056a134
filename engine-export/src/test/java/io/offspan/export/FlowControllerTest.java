package io.offspan.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.export.pack.Choice;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The controller of the flow against a destination and a load that are only computed, in a time that is only counted. */
class FlowControllerTest {
    private static final int MAX = 4_000_000;
    private static final int MAX_REQUESTS = 8;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int WINDOWS_TO_SETTLE = 15;
    private static final int WINDOWS_TO_STAY = 60;
    private static final long TICK_NANOS = 10_000_000;

    /**
     * A destination and what is to be sent to it.
     *
     * @param baseMillis how long the smallest request takes
     * @param lineBytes bytes a second that one request gets through
     * @param totalBytes bytes a second that all of them get through together
     * @param packBytes bytes a second that are compressed for one request with the highest effort
     * @param loadBytes bytes a second that come to the log
     */
    private record World(int baseMillis, double lineBytes, double totalBytes, double packBytes, double loadBytes) {
        World of(double load) {
            return new World(baseMillis, lineBytes, totalBytes, packBytes, load);
        }

        /** Returns how many bytes a second that setting gets through. */
        double perSecond(int requests, Effort effort) {
            return 1e9 * requests * MAX / tookNanos(MAX, requests, effort, 1);
        }

        long tookNanos(int bytes, int underWay, Effort effort, double noise) {
            double pack = packBytes * (effort == Effort.HIGH ? 1 : effort == Effort.MEDIUM ? 2 : 4);
            double rate = Math.min(lineBytes, totalBytes / underWay);
            return (long) (noise * (baseMillis * 1e6 + 1e9 * bytes / rate + 1e9 * bytes / pack));
        }
    }

    /** A request that is under way. */
    private record Sent(long endNanos, int bytes, long tookNanos) {}

    /** An exporter that sends as {@link Delivery} does. */
    private static final class Simulation {
        final DecisionLog log;
        final FlowController controller;
        private final Random random;
        private final PriorityQueue<Sent> underWay = new PriorityQueue<>(Comparator.comparingLong(Sent::endNanos));
        private long now;
        private double waiting;
        int mostUnderWay;

        Simulation(long seed, boolean adapts) {
            random = new Random(seed);
            log = new DecisionLog(
                    new Flow(MAX, adapts ? 1 : 3, Effort.HIGH, Compression.GZIP), List.of(), () -> now / 1_000_000);
            controller = new FlowController(log, new RequestSize(MAX, adapts, TIMEOUT, log), MAX_REQUESTS, adapts, now);
        }

        void run(World world, int windows) {
            long end = controller.windows() + windows;
            long longest = now + windows * 60_000_000_000L;
            while (controller.windows() < end && now < longest) {
                step(world);
            }
        }

        private void step(World world) {
            now += TICK_NANOS;
            waiting += world.loadBytes * TICK_NANOS / 1e9;
            while (!underWay.isEmpty() && underWay.peek().endNanos <= now) {
                Sent done = underWay.poll();
                if (done.tookNanos > TIMEOUT.toNanos()) {
                    controller.timedOut(done.bytes);
                    waiting += done.bytes;
                } else {
                    controller.accepted(done.bytes, done.tookNanos);
                }
            }
            Flow flow = log.flow();
            while (underWay.size() < flow.requests()
                    && (waiting >= flow.batchBytes() || underWay.isEmpty() && waiting >= 1)) {
                int bytes = (int) Math.min(waiting, flow.batchBytes());
                waiting -= bytes;
                double noise = 0.95 + 0.1 * random.nextDouble();
                long took = world.tookNanos(bytes, underWay.size() + 1, flow.effort(), noise);
                underWay.add(new Sent(now + Math.min(took, TIMEOUT.toNanos() + 1), bytes, took));
            }
            mostUnderWay = Math.max(mostUnderWay, underWay.size());
            controller.look(now, (long) waiting);
        }
    }

    /** A load that no setting comes up to, or that every setting does with room to spare: what it settles at cannot be a matter of chance. */
    private static World world(Random random, World line) {
        double least = line.perSecond(1, Effort.HIGH);
        double most = line.perSecond(MAX_REQUESTS, Effort.LOW);
        boolean heavy = random.nextBoolean();
        return line.of(heavy ? most * (1.6 + random.nextDouble()) : least * (0.1 + 0.3 * random.nextDouble()));
    }

    @Property(tries = 200)
    void itSettlesSoonAfterEachChangeOfLoadOrLatencyAndStaysThere(
            @ForAll @IntRange(min = 1, max = 500) int baseMillis,
            @ForAll @IntRange(min = 8_000_000, max = 50_000_000) int lineBytes,
            @ForAll @IntRange(min = 1, max = 12) int lines,
            @ForAll @IntRange(min = 8_000_000, max = 50_000_000) int packBytes,
            @ForAll long seed) {
        Random random = new Random(seed);
        World line = new World(baseMillis, lineBytes, (double) lines * lineBytes, packBytes, 0);
        World slower = new World(2 * baseMillis + 50, lineBytes / 2.0, lines * lineBytes / 2.0, packBytes, 0);
        Simulation simulation = new Simulation(seed, true);
        for (World each : List.of(line, line, slower, slower, line)) {
            World world = world(random, each);
            simulation.waiting = 0;
            simulation.run(world, WINDOWS_TO_SETTLE);
            Flow settled = simulation.log.flow();
            int changes = 0;
            for (int i = 0; i < WINDOWS_TO_STAY; i++) {
                Flow before = simulation.log.flow();
                simulation.run(world, 1);
                changes += simulation.log.flow().equals(before) ? 0 : 1;
            }
            // Noise may carry what sits on a threshold over it once, and nothing carries it back.
            assertThat(changes)
                    .as("%s, settled at %s: %s", world, settled, simulation.log.last())
                    .isLessThanOrEqualTo(1);
            assertThat(settled.requests()).isBetween(1, MAX_REQUESTS);
            assertThat(settled.batchBytes()).isBetween(RequestSize.MIN_BYTES, MAX);
        }
        assertThat(simulation.mostUnderWay).isLessThanOrEqualTo(MAX_REQUESTS);
    }

    @Property(tries = 200)
    void itNeverSwingsToAndFroWhateverTheLoadIs(
            @ForAll @IntRange(min = 1, max = 500) int baseMillis,
            @ForAll @IntRange(min = 8_000_000, max = 50_000_000) int lineBytes,
            @ForAll @IntRange(min = 1, max = 12) int lines,
            @ForAll @IntRange(min = 8_000_000, max = 50_000_000) int packBytes,
            @ForAll @IntRange(min = 1, max = 100_000_000) int load,
            @ForAll long seed) {
        World world = new World(baseMillis, lineBytes, (double) lines * lineBytes, packBytes, load);
        Simulation simulation = new Simulation(seed, true);
        simulation.run(world, 300);
        // Up the steps, those that do not help taken back, and down where the first backlog made one step too many.
        assertThat(simulation.log.last()).hasSizeLessThanOrEqualTo(14);
    }

    @Test
    void itSendsMoreAtOnceWhileItIsBehindAndThatHelps() {
        Simulation simulation = new Simulation(1, true);
        simulation.run(new World(200, 20e6, 200e6, 500e6, 50e6), WINDOWS_TO_SETTLE);
        assertThat(simulation.log.flow()).isEqualTo(new Flow(MAX, 8, Effort.HIGH, Compression.GZIP));
        assertThat(simulation.log.last().get(0).reason()).startsWith("behind, with");
    }

    @Test
    void itGoesBackWhenWhatIsSentWouldHaveGoneThroughBefore() {
        Simulation simulation = new Simulation(1, true);
        simulation.run(new World(200, 20e6, 200e6, 500e6, 50e6), WINDOWS_TO_SETTLE);
        simulation.waiting = 0;
        simulation.run(new World(200, 20e6, 200e6, 500e6, 1e6), WINDOWS_TO_SETTLE);
        assertThat(simulation.log.flow()).isEqualTo(new Flow(MAX, 1, Effort.HIGH, Compression.GZIP));
        assertThat(simulation.log.last().get(simulation.log.last().size() - 1).reason())
                .startsWith("caught up with");
    }

    @Test
    void moreRequestsThatDoNotHelpAreTakenBackAndLessEffortIsTried() {
        Simulation simulation = new Simulation(1, true);
        // One line for all: only compressing can be quicker.
        simulation.run(new World(1, 20e6, 20e6, 4e6, 50e6), WINDOWS_TO_SETTLE);
        assertThat(simulation.log.flow().effort()).isNotEqualTo(Effort.HIGH);
        Simulation full = new Simulation(1, true);
        full.run(new World(1, 20e6, 20e6, 5e9, 50e6), WINDOWS_TO_SETTLE);
        assertThat(full.log.flow()).isEqualTo(new Flow(MAX, 1, Effort.HIGH, Compression.GZIP));
        assertThat(full.log.last()).extracting(FlowDecision::reason).anyMatch(why -> why.startsWith("it did not help"));
    }

    @Test
    void aDestinationThatWantsLessGetsHalfAsManyAtOnceOnceAWindow() {
        Simulation simulation = new Simulation(1, true);
        World world = new World(200, 20e6, 200e6, 500e6, 90e6);
        simulation.run(world, WINDOWS_TO_SETTLE);
        simulation.controller.hindered("429");
        simulation.controller.hindered("429");
        assertThat(simulation.log.flow().requests()).isEqualTo(4);
        simulation.run(world, WINDOWS_TO_STAY);
        assertThat(simulation.log.flow().requests()).as("behind as before").isEqualTo(4);
    }

    @Test
    void fixedSettingsAreLeftAlone() {
        Simulation simulation = new Simulation(1, false);
        simulation.run(new World(200, 20e6, 200e6, 500e6, 90e6), WINDOWS_TO_SETTLE);
        simulation.controller.hindered("429");
        simulation.controller.timedOut(MAX);
        assertThat(simulation.log.flow()).isEqualTo(new Flow(MAX, 3, Effort.HIGH, Compression.GZIP));
        assertThat(simulation.log.last()).isEmpty();
    }

    @Test
    void anotherWayToCompressIsADecisionLikeAnyOther() {
        Simulation simulation = new Simulation(1, true);
        simulation.controller.packed(new Choice(Compression.GZIP));
        assertThat(simulation.log.last()).isEmpty();
        Flow before = simulation.log.flow();
        simulation.controller.packed(new Choice(Compression.ZSTD));
        assertThat(simulation.log.last()).singleElement().satisfies(decision -> {
            assertThat(decision.from()).isEqualTo(before);
            assertThat(decision.to()).isEqualTo(before.of(Compression.ZSTD));
            assertThat(decision.reason()).isEqualTo("zstd, as set");
        });
    }
}
