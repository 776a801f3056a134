package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Interrupt;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.parquet.ParquetFolder;
import io.offspan.parquet.ParquetReport;
import io.offspan.parquet.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Writes what stores have in their logs into a folder of Parquet files. */
final class ParquetExport {
    private static final long TICK_MILLIS = 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Terminal terminal;
    private final Stores stores;
    private final Path folder;
    private final Times times;

    ParquetExport(Terminal terminal, Stores stores, Path folder, Times times) {
        this.terminal = terminal;
        this.stores = stores;
        this.folder = folder;
        this.times = times;
    }

    /** Writes and reports; returns the exit status. */
    int run(Path data, Interrupt interrupt) throws IOException {
        Selection selection = selection();
        require(data);
        long spans = 0;
        long bytes = 0;
        long damaged = 0;
        int files = 0;
        int kept = 0;
        try (ParquetFolder into = ParquetFolder.open(folder, selection);
                Progress progress = new Progress(terminal, "export", "spans", -1)) {
            for (Stores.Named store : stores.all()) {
                awaitLogged(store, interrupt);
                ParquetReport report = into.write(store.reader(), progress::add);
                spans += report.spans();
                bytes += report.bytes();
                damaged += report.damagedBlocks();
                files += report.files();
                kept += report.keptFiles();
            }
        } catch (IllegalArgumentException | IllegalStateException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.UNUSABLE,
                    folder + " cannot be written: " + e.getMessage()
                            + "; make room, or name another place. Files that are there are whole, and the same command"
                            + " goes on behind them",
                    e);
        }
        return report(new ParquetReport(spans, files, bytes, kept, damaged));
    }

    private Selection selection() {
        try {
            return new Selection(times.from(0), times.to(0));
        } catch (IllegalArgumentException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    private void require(Path data) throws IOException {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw CommandException.usage(folder + " is a file; name a folder");
        }
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there)) {
            there = there.resolve("..").normalize();
        }
        if (Files.isDirectory(data) && there.toRealPath().startsWith(data.toRealPath())) {
            throw CommandException.usage(folder + " lies inside the store; name a place outside of " + data);
        }
    }

    /** Waits until spans that were acknowledged by now are in the log; those that a killed writer left are moved there. */
    private static void awaitLogged(Stores.Named store, Interrupt interrupt) {
        StoreReader reader = store.reader();
        try (StoreSnapshot acknowledged = reader.snapshot()) {
            if (acknowledged.openSpans() == 0 || Recovery.run(store.directory())) {
                return;
            }
            long begun = System.nanoTime();
            while (!reader.hasLogged(acknowledged)) {
                if (System.nanoTime() - begun > PATIENCE_NANOS) {
                    throw CommandException.no("spans acknowledged before the start are not in the log after "
                            + Units.duration(PATIENCE_NANOS)
                            + "; is their writer stopped, or its sync interval longer? Run the command again");
                }
                if (interrupt.await(TICK_MILLIS)) {
                    throw CommandException.no("stopped before the spans were in the log; run the command again");
                }
            }
        }
    }

    private int report(ParquetReport report) {
        if (report.damagedBlocks() > 0) {
            terminal.note("offspan: " + Units.count(report.damagedBlocks(), "damaged block", "is", "are")
                    + " left out; 'offspan verify' says where");
        }
        ObjectNode answer = Json.object();
        answer.put("spans", report.spans());
        answer.put("files", report.files());
        answer.put("bytes", report.bytes());
        answer.put("keptFiles", report.keptFiles());
        answer.put("damagedBlocks", report.damagedBlocks());
        terminal.answer(stores.tellOfDoubt(answer));
        if (!terminal.json()) {
            terminal.line(Units.count(report.spans(), "span") + " written to " + folder + " in "
                    + Units.count(report.files(), "file") + ", " + Units.bytes(report.bytes())
                    + (report.keptFiles() == 0
                            ? ""
                            : "; " + Units.count(report.keptFiles(), "file", "was", "were") + " there already"));
        }
        int doubt = stores.report(terminal);
        return report.damagedBlocks() == 0 ? doubt : ExitCode.NO;
    }
}
