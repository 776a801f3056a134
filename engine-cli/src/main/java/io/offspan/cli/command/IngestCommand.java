package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.command.StoreScan.Mark;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreCounters;
import io.offspan.core.StoreCounters.Counter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads files of OTLP requests into a store. */
@Command(
        name = "ingest",
        description = "Reads binary OTLP requests from files into a store, which is made if it does not exist.",
        footer = {
            "",
            "A file holds one ExportTraceServiceRequest, or many, each behind its length",
            "as a varint, as 'offspan export' writes them. What cannot be stored is",
            "counted by reason, and the exit status is 1.",
            "",
            "Example: offspan ingest --data spans requests/*.bin"
        })
public final class IngestCommand extends StoreCommand {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int MAX_PROBLEMS = 20;
    private static final int MAX_REQUEST_BYTES = 256 * 1024 * 1024;
    /** The first byte of every request that is not empty: field 1, length-delimited. */
    private static final int RESOURCE_SPANS_TAG = 0x0a;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of binary OTLP.")
    private List<Path> files = List.of();

    private final Map<String, Long> rejected = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private long spans;
    private long bytesIn;

    @Override
    protected int run() throws IOException {
        long total = requireFiles();
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(PATIENCE)
                .build();
        long started = System.nanoTime();
        try (SpanStore store = SpanStore.open(data(), config)) {
            store.flush(PATIENCE);
            Mark before = Mark.end(store.reader());
            try (Progress progress = new Progress(terminal(), "ingest", "bytes", total)) {
                for (Path file : files) {
                    ingest(store, file, progress);
                }
            }
            if (!store.awaitSynced(PATIENCE)) {
                throw new CommandException(
                        ExitCode.UNUSABLE,
                        "the spans are stored, but the disk of " + data() + " has not taken them within a minute; run"
                                + " 'offspan verify' before you rely on them");
            }
            double seconds = (System.nanoTime() - started) / (double) TimeUnit.SECONDS.toNanos(1);
            try (Progress progress = new Progress(terminal(), "count traces", "spans", spans)) {
                report(StoreScan.since(before, store.reader(), progress).traces(), seconds, store.counters());
            }
        }
        return rejected.isEmpty() ? ExitCode.DONE : ExitCode.NO;
    }

    /** Refuses files that cannot be read before anything is stored; returns their size. */
    private long requireFiles() throws IOException {
        long total = 0;
        for (Path file : files) {
            if (!Files.isRegularFile(file)) {
                String found = Files.exists(file) ? " is not a regular file" : " does not exist";
                throw CommandException.usage(file + found + "; nothing was stored");
            }
            if (!Files.isReadable(file)) {
                throw CommandException.usage(file + " may not be read by this user; nothing was stored");
            }
            total += Files.size(file);
        }
        return total;
    }

    private void ingest(SpanStore store, Path path, Progress progress) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            OtlpFrames requests = new OtlpFrames(in, MAX_REQUEST_BYTES);
            while (requests.next()) {
                requireOtlp(requests);
                OtlpReceipt receipt = store.appendOtlp(requests.bytes(), requests.offset(), requests.length());
                bytesIn += requests.length();
                spans += receipt.accepted();
                count(path, receipt);
                progress.add(requests.length());
            }
        } catch (FormatException refused) {
            rejected.merge(refused.reason().name(), 1L, Long::sum);
            problem(path + ": " + refused.getMessage());
        }
    }

    /** Refuses files of another kind before their bytes are taken for a damaged request. */
    private static void requireOtlp(OtlpFrames requests) {
        int first = requests.bytes()[requests.offset()] & 0xff;
        int second = requests.length() > 1 ? requests.bytes()[requests.offset() + 1] & 0xff : 0;
        if (requests.delimited() || first == RESOURCE_SPANS_TAG) {
            return;
        }
        String kind = "no OTLP: it starts with the bytes %02x %02x, a request starts with 0a".formatted(first, second);
        if (first == 0x1f && second == 0x8b) {
            kind = "compressed with gzip; unpack it first";
        } else if (first == '{' || first == '[') {
            kind = "JSON; only binary OTLP is read";
        }
        throw new FormatException(Reason.FOREIGN, "the file is " + kind);
    }

    private void count(Path path, OtlpReceipt receipt) {
        receipt.rejected().forEach((reason, count) -> rejected.merge(reason, (long) count, Long::sum));
        receipt.examples().values().forEach(example -> problem(path + ": " + example));
        String broken = receipt.broken();
        if (broken != null) {
            rejected.merge("BROKEN_REQUEST", 1L, Long::sum);
            problem(path + ": the rest of the request cannot be read: " + broken);
        }
    }

    /** Says what was refused, up to a number of times; the rest is counted. */
    private void problem(String text) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(text);
            terminal().note("offspan: " + text);
        }
    }

    private void report(long traces, double seconds, StoreCounters counters) {
        long retired = counters.get(Counter.RETIRED_SPANS);
        long bytesOnDisk = counters.get(Counter.LOGGED_BYTES);
        if (retired > 0) {
            terminal()
                    .note("offspan: the budget of the store is full; its " + Units.count(retired)
                            + " oldest spans were deleted");
        }
        ObjectNode answer = Json.object();
        answer.put("spans", spans);
        answer.put("traces", traces);
        ObjectNode reasons = answer.putObject("rejected");
        rejected.forEach(reasons::put);
        problems.forEach(answer.putArray("problems")::add);
        answer.put("bytesIn", bytesIn);
        answer.put("bytesOnDisk", bytesOnDisk);
        answer.put("retired", retired);
        answer.put("seconds", seconds);
        terminal().answer(answer);
        if (!terminal().json()) {
            terminal()
                    .line(Units.count(spans) + " spans of " + Units.count(traces) + " traces stored in " + data()
                            + " in "
                            + Units.duration((long) (seconds * TimeUnit.SECONDS.toNanos(1))) + ": "
                            + Units.bytes(bytesIn) + " of OTLP take " + Units.bytes(bytesOnDisk) + " in the log");
            rejected.forEach((reason, count) -> terminal().line(Units.count(count) + " refused: " + reason));
        }
    }
}
