package io.offspan.it.export;

import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.retain.Checkpoint;
import io.offspan.core.retain.CheckpointFile;
import io.offspan.export.send.Protocol;
import io.offspan.it.export.SharedCounts.Name;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A store that somebody appends to, an exporter beside it that dies now and then, and a receiver at which one thing after the other goes
 * wrong.
 *
 * <p><b>Threads.</b> One, beside the appending one and those of the receiver. <b>Owns</b> all of them.
 */
final class ExportFaults implements AutoCloseable {
    private static final int WRITER = 0;
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(120);
    private static final long POLL_NANOS = 500_000;
    private static final int SECONDS_TO_END = 90;
    private static final int MOST_BEHIND = 4_000;
    private static final int MOST_REQUESTS_BETWEEN = 8;
    /** How long the first refusal of the credentials lasts in a run at length. */
    private static final long LONG_REFUSAL_MILLIS = 10_000;

    private final List<Fault> plan;
    private final SplittableRandom random;
    private final SpanStore store;
    private final SpanLedger ledger = new SpanLedger();
    private final LedgerReceiver receiver;
    private final LogOrder order;
    private final CheckpointFile checkpoint;
    private final StampedWriter writer;
    private final ExporterLives lives;
    private final int requests;
    private volatile Fault refusal = Fault.BAD_REQUEST;
    private boolean longRefusal = Gate.size(0, 1) > 0;
    private int faults;

    /**
     * Opens a store, with a receiver and an exporter beside it.
     *
     * @param requests how many requests the exporter has under way at once
     * @param bug the bug that the exporters have planted, or null
     */
    ExportFaults(Path scratch, Protocol protocol, int requests, long seed, List<Fault> plan, @Nullable String bug)
            throws IOException {
        this.plan = plan;
        this.requests = requests;
        random = new SplittableRandom(seed);
        Path directory = scratch.resolve("store");
        store = SpanStore.open(directory, config());
        receiver = new LedgerReceiver(ledger, WRITER);
        receiver.expectHeaders(Canaries.headers());
        if (requests > 1) {
            receiver.severalAtOnce();
        }
        receiver.usually(
                exchange -> ledger.refuses(exchange.numbers()) ? refusal.reply().to(exchange) : exchange.accept());
        receiver.beforeAnswer(this::checkCheckpoint);
        order = new LogOrder(store.reader());
        checkpoint = new CheckpointFile(directory.resolve("checkpoints").resolve(ExporterLives.CHECKPOINT));
        writer = new StampedWriter(store, WRITER, acknowledged -> acknowledged - ledger.delivered() < MOST_BEHIND);
        lives = new ExporterLives(scratch, directory, receiver.port(), protocol, requests, plan, random, bug);
    }

    private static StoreConfig config() {
        return StoreConfig.builder()
                .slabBytes(64 << 10)
                .slabs(32)
                .stripes(4)
                .spansPerBlock(256)
                .maxSpanBytes(256 << 10)
                .segmentBytes(2 << 20)
                .budgetBytes(1L << 40)
                .syncInterval(Duration.ofMillis(20))
                .build();
    }

    /** Lets one thing after the other go wrong, then the exporter send the rest. */
    void run() throws IOException {
        lives.takeOver();
        writer.start();
        for (Fault fault : plan) {
            awaitRequests(random.nextInt(MOST_REQUESTS_BETWEEN));
            faults++;
            if (fault.kills()) {
                kill(fault);
            } else if (fault == Fault.RESTART_OF_THE_RECEIVER) {
                restart();
            } else if (fault.poisons()) {
                poison(fault);
            } else if (fault == Fault.PARTIAL_SUCCESS) {
                reject();
            } else {
                misbehave(fault);
            }
        }
        awaitRequests(2);
        writer.stop();
        finish();
    }

    private void misbehave(Fault fault) {
        int times = fault.pauses() ? random.nextInt(1, 4) : 1;
        if (fault == Fault.UNAUTHORIZED && longRefusal) {
            longRefusal = false;
            times = (int) (LONG_REFUSAL_MILLIS / Fault.PROBE_MILLIS);
        }
        for (int i = 0; i < times; i++) {
            receiver.then(fault.reply());
        }
        await(() -> receiver.planned() == 0, fault + " to happen");
    }

    /** Rejects spans, and waits until that was said: an exporter that is killed before has nothing to count. */
    private void reject() {
        AtomicBoolean said = new AtomicBoolean();
        receiver.then(exchange -> {
            try {
                return Fault.PARTIAL_SUCCESS.reply().to(exchange);
            } finally {
                said.set(true);
            }
        });
        await(said::get, Fault.PARTIAL_SUCCESS + " to happen");
    }

    private void restart() throws IOException {
        receiver.stop();
        pause(random.nextInt(20, 220));
        receiver.start();
    }

    /** Makes a span of the next request poisonous, and waits until the exporter has given it up. */
    private void poison(Fault fault) {
        refusal = fault;
        int choice = random.nextInt(Integer.MAX_VALUE);
        long wanted = ledger.poisonous() + 1;
        receiver.then(exchange -> {
            int[] numbers = exchange.numbers();
            ledger.poison(numbers[choice % numbers.length]);
            ledger.refuses(numbers);
            return fault.reply().to(exchange);
        });
        await(() -> lives.poisoned() >= wanted, "the exporter to give up a poisonous span");
    }

    private void kill(Fault fault) throws IOException {
        if (fault == Fault.KILL_IN_A_REQUEST) {
            AtomicBoolean arrived = new AtomicBoolean();
            receiver.then(exchange -> {
                exchange.keep();
                arrived.set(true);
                return exchange.hang();
            });
            await(arrived::get, fault + " to happen");
            bury();
        } else {
            bury();
            lives.takeOver();
            if (lives.exporter().await(SECONDS_TO_END) != ChildJvm.KILLED) {
                ledger.complain(fault + " did not happen: " + lives.exporter().report());
            }
            bury();
        }
        lives.takeOver();
    }

    /** Kills the exporter, if it still lives, and settles what it has counted and said. */
    private void bury() throws IOException {
        if (lives.exporter().alive()) {
            await(() -> lives.rejected() == ledger.rejected(), "the exporter to count what was rejected");
            lives.exporter().kill();
        }
        receiver.settle();
        // The next exporter does not know what this one was asked to wait for.
        receiver.expectAnything();
        checkCheckpoint();
        forgetAnswers();
        lives.bury();
    }

    private void finish() throws IOException {
        if (!store.flush(Duration.ofNanos(DEADLINE_NANOS))) {
            ledger.complain("The store cannot be flushed: " + store.failure());
        }
        // Who is told to send what is left tries at once.
        receiver.expectAnything();
        lives.exporter().go();
        if (lives.exporter().await(SECONDS_TO_END) != 0) {
            ledger.complain("The exporter does not send what is left: "
                    + lives.exporter().report());
        }
        if (lives.count(Name.TOO_LARGE) + lives.count(Name.SKIPPED) > 0) {
            ledger.complain(
                    "The exporter has left out spans: " + lives.exporter().report());
        }
        checkCheckpoint();
        lives.bury();
    }

    private void checkCheckpoint() {
        synchronized (order) {
            Checkpoint found = readCheckpoint();
            if (found != null) {
                ledger.compare(order, order.spansBefore(found));
            }
        }
    }

    private void forgetAnswers() {
        synchronized (order) {
            Checkpoint found = readCheckpoint();
            ledger.exporterDied(order, found == null ? 0 : order.spansBefore(found), requests);
        }
    }

    private @Nullable Checkpoint readCheckpoint() {
        try {
            return checkpoint.read();
        } catch (IOException e) {
            ledger.complain("The checkpoint cannot be read: " + e);
            return null;
        }
    }

    private void awaitRequests(int more) {
        long wanted = ledger.requests() + more;
        await(() -> ledger.requests() >= wanted, more + " requests");
    }

    private void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("Waited in vain for " + what + "; " + ledger.complaints() + "; "
                        + lives.exporter().report());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Tells whether nothing was lost, repeated without a reason, skipped, printed or out of order. */
    boolean clean() {
        return lost() == 0
                && ledger.unexplained() == 0
                && ledger.checkpointsAhead() == 0
                && ledger.rejected() == lives.rejected()
                && ledger.poisonous() == lives.poisoned()
                && ledger.poisonous() == ledger.refusedAlone()
                && lives.leaks().isEmpty()
                && receiver.withoutCredentials() == 0
                && receiver.visitorsElsewhere() == 0
                && ledger.complaints().isEmpty();
    }

    /** Puts the figures of this run into the line of its gate. */
    Gate figures(Gate gate) {
        return gate.put("faults", faults)
                .put("kills", lives.ended())
                .put("compressions", lives.ways())
                .put("spans", acknowledged())
                .put("requests", ledger.requests())
                .put("at_once", receiver.mostAtOnce())
                .put("lost", lost())
                .put("duplicates", ledger.duplicates())
                .put("explained", ledger.duplicates() - ledger.unexplained())
                .put("in_doubt", ledger.ambiguous())
                .put("rejected", ledger.rejected() + "/" + lives.rejected())
                .put("poisonous", ledger.poisonous() + "/" + lives.poisoned())
                .put("checkpoints", ledger.checkpointsRead())
                .put("checkpoint_ahead", ledger.checkpointsAhead())
                .put("secrets", lives.leaks().size());
    }

    /** Returns how many requests there have been at the same time. */
    int atOnce() {
        return receiver.mostAtOnce();
    }

    SpanLedger ledger() {
        return ledger;
    }

    /** Returns where secrets were found. */
    List<String> leaks() {
        return lives.leaks();
    }

    /** Returns how many spans the store has acknowledged. */
    long acknowledged() {
        return writer.acknowledged();
    }

    /** Returns how many of them have neither arrived nor been refused by themselves. */
    int lost() {
        return ledger.missing(writer.acknowledged());
    }

    @Override
    public void close() throws IOException {
        writer.stop();
        lives.close();
        receiver.close();
        store.close();
    }
}
