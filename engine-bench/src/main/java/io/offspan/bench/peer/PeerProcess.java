package io.offspan.bench.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.bench.measure.DiskUse;
import io.offspan.bench.measure.Latencies;
import io.offspan.bench.measure.Memory;
import io.offspan.bench.measure.Meter;
import io.offspan.bench.measure.Scratch;
import io.offspan.bench.w1.W1Stream;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one store work, in a JVM in which nothing else does, as the parent says on standard input: a word a line, each answered by one
 * line of JSON. What it waits for the parent costs nothing, so several of these take turns.
 *
 * <p>Arguments: class of the store, directory, seed, spans, rounds, milliseconds for a set of questions.
 */
public final class PeerProcess {
    static final String WARM = "warm";
    static final String INGEST = "ingest";
    static final String FINISH = "finish";
    static final String QUESTIONS = "questions";

    private static final long WARM_UP_SEED = 77;
    private static final long WARM_UP_SPANS = 131_072;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Peer peer;
    private final Path directory;
    private final long seed;
    private final long spans;
    private final long rounds;
    private final long budgetMillis;
    private final W1Stream stream;
    private final Latencies batches = new Latencies();
    private PeerQuestions questions = PeerQuestions.none();
    private boolean open;

    private PeerProcess(String[] arguments) throws ReflectiveOperationException {
        peer = (Peer) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        directory = Path.of(arguments[1]);
        seed = Long.parseLong(arguments[2]);
        spans = Long.parseLong(arguments[3]);
        rounds = Long.parseLong(arguments[4]);
        budgetMillis = Long.parseLong(arguments[5]);
        stream = new W1Stream(seed, spans);
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        // Libraries may say what they like, but not among the answers.
        System.setOut(System.err);
        PeerProcess process = new PeerProcess(arguments);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String word = in.readLine(); word != null; word = in.readLine()) {
            out.println(JSON.writeValueAsString(process.answer(word)));
            out.flush();
        }
        if (process.open) {
            process.peer.close();
        }
    }

    private Map<String, Object> answer(String word) throws Exception {
        return switch (word) {
            case WARM -> warm();
            case INGEST -> ingest();
            case FINISH -> finish();
            case QUESTIONS -> questions.round(peer, budgetMillis);
            default -> throw new IllegalArgumentException("'" + word + "' is not known");
        };
    }

    private Map<String, Object> warm() throws Exception {
        Path other = directory.resolveSibling(directory.getFileName() + "-warm");
        long warmUp = Math.min(spans, WARM_UP_SPANS);
        peer.open(other, warmUp);
        W1Stream own = new W1Stream(seed + WARM_UP_SEED, warmUp);
        for (byte[] request : own.nextRequests(warmUp)) {
            peer.ingest(request);
        }
        peer.settle();
        peer.close();
        Scratch.delete(other);
        peer.open(directory, spans);
        open = true;
        return Map.of("description", peer.description(), "searchDiffers", peer.searchDiffers());
    }

    private Map<String, Object> ingest() throws Exception {
        long before = stream.handedOut();
        List<byte[]> requests = stream.nextRequests((spans + rounds - 1) / rounds);
        long taken = stream.handedOut() - before;
        if (taken == 0) {
            return Map.of();
        }
        Meter meter = new Meter();
        meter.start();
        for (byte[] request : requests) {
            long begin = System.nanoTime();
            peer.ingest(request);
            batches.record(System.nanoTime() - begin);
        }
        peer.settle();
        meter.stop(taken);
        Map<String, Object> figures = new LinkedHashMap<>();
        meter.figures().forEach((metric, value) -> figures.put(metric.name(), value));
        return figures;
    }

    private Map<String, Object> finish() throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        for (double percent : new double[] {50, 99, 99.9, 100}) {
            figures.put(Latencies.name(percent), batches.micros(percent));
        }
        figures.put("spans", stream.handedOut());
        figures.put("live heap", Memory.liveHeapBytes());
        figures.put("anonymous memory", Memory.anonymousBytes());
        if (peer.keepsSpans()) {
            long begin = System.nanoTime();
            peer.close();
            figures.put("close", System.nanoTime() - begin);
            figures.put("disk", DiskUse.bytes(directory));
            long opening = System.nanoTime();
            peer.open(directory, spans);
            figures.put("open", System.nanoTime() - opening);
        }
        // Last, because finding the right answers takes memory.
        questions = PeerQuestions.of(seed, spans);
        return figures;
    }
}
