package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Progress;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.core.BlockCursor;
import io.offspan.core.StoreSnapshot;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.Amount;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import io.offspan.export.sampling.SpanSampler;
import io.offspan.sample.SamplingException;
import io.offspan.sample.SamplingPolicies;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tries policies on stored spans and says what each would keep; reads only. */
final class SamplingTrial {
    private final Stores stores;
    private final SpanSampler sampler;
    private long damagedBlocks;
    private long unreadableSpans;

    private SamplingTrial(Stores stores, SpanSampler sampler) {
        this.stores = stores;
        this.sampler = sampler;
    }

    /** Reads policies. */
    static SamplingPolicies policies(Path file) {
        try {
            return SamplingPolicies.read(file);
        } catch (SamplingException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }

    /** Tries policies on all spans of stores, prints what they say, and returns the exit status. */
    static int run(Stores stores, SamplingPolicies policies, Terminal terminal) {
        SamplingTrial trial = new SamplingTrial(stores, policies.newSampler());
        try (Progress progress = new Progress(terminal, "sampling", "spans", -1)) {
            trial.walk(progress);
        }
        trial.print(terminal);
        int doubt = stores.report(terminal);
        return trial.damagedBlocks + trial.unreadableSpans == 0 ? doubt : ExitCode.NO;
    }

    /** Shows the blocks of all stores in the order in which they came, so that traces of several processes are whole. */
    private void walk(Progress progress) {
        List<StoreSnapshot> snapshots = new ArrayList<>();
        try {
            List<BlockCursor> cursors = new ArrayList<>();
            for (Stores.Named store : stores.all()) {
                StoreSnapshot snapshot = store.reader().snapshot();
                snapshots.add(snapshot);
                BlockCursor blocks = snapshot.blocksOldestFirst();
                if (blocks.next()) {
                    cursors.add(blocks);
                }
            }
            while (!cursors.isEmpty()) {
                BlockCursor next = earliest(cursors);
                show(next, progress);
                if (!next.next()) {
                    cursors.remove(next);
                }
            }
            sampler.end();
        } finally {
            snapshots.forEach(StoreSnapshot::close);
        }
    }

    private static BlockCursor earliest(List<BlockCursor> cursors) {
        BlockCursor earliest = cursors.get(0);
        for (BlockCursor each : cursors) {
            if (arrival(each) < arrival(earliest)) {
                earliest = each;
            }
        }
        return earliest;
    }

    /** Returns when a block came; what is not in the log yet comes last. */
    private static long arrival(BlockCursor block) {
        return block.ingestTimeNanos() == 0 ? Long.MAX_VALUE : block.ingestTimeNanos();
    }

    private void show(BlockCursor cursor, Progress progress) {
        BlockReader block = cursor.open();
        if (block == null) {
            damagedBlocks++;
            return;
        }
        sampler.enterBlock(block, cursor.ingestTimeNanos());
        for (int i = 0; i < block.count(); i++) {
            try {
                sampler.take(block.span(i));
            } catch (IndexOutOfBoundsException | FormatException unreadable) {
                unreadableSpans++;
            }
        }
        progress.add(block.count());
    }

    private void print(Terminal terminal) {
        SamplingTally tally = sampler.tally();
        ObjectNode answer = Json.object();
        long traces = tally.kept().traces() + tally.dropped().traces();
        long keptSpans = tally.kept().spans() + tally.lateKept();
        long spans = keptSpans + tally.dropped().spans() + tally.lateDropped();
        put(answer.putObject("sampled"), new Amount(traces, spans));
        put(answer.putObject("kept"), new Amount(tally.kept().traces(), keptSpans));
        answer.put("decidedEarly", tally.early());
        answer.put("lateSpans", tally.lateKept() + tally.lateDropped());
        answer.put("damagedBlocks", damagedBlocks);
        answer.put("unreadableSpans", unreadableSpans);
        Table table = new Table(List.of(
                Column.text("POLICY", 8),
                Column.text("TYPE", 8),
                Column.beginning("KEEPS", 6),
                Column.beginning("SPANS", 6),
                Column.beginning("DROPS", 6),
                Column.beginning("SPANS", 6),
                Column.beginning("DECIDES", 6)));
        ArrayNode policies = answer.putArray("policies");
        for (OfPolicy policy : tally.policies()) {
            ObjectNode row = policies.addObject();
            row.put("name", policy.name());
            row.put("type", policy.type());
            put(row.putObject("keeps"), policy.keeps());
            put(row.putObject("drops"), policy.drops());
            put(row.putObject("decides"), policy.keptBy().and(policy.droppedBy()));
            table.add(
                    policy.name(),
                    policy.type(),
                    "" + policy.keeps().traces(),
                    "" + policy.keeps().spans(),
                    "" + policy.drops().traces(),
                    "" + policy.drops().spans(),
                    "" + policy.decides());
        }
        terminal.answer(stores.tell(answer));
        if (!terminal.json()) {
            table.print(terminal);
            terminal.note("offspan: " + tally.kept().traces() + " of " + Units.count(traces, "trace") + " and "
                    + keptSpans + " of " + Units.count(spans, "span") + " would be kept; nothing was sent");
        }
        noteDoubt(terminal, tally);
    }

    private void noteDoubt(Terminal terminal, SamplingTally tally) {
        if (tally.early() > 0) {
            terminal.note("offspan: " + Units.count(tally.early(), "trace", "was", "were")
                    + " decided early, because more waited than num_traces says");
        }
        if (damagedBlocks + unreadableSpans > 0) {
            terminal.note("offspan: " + Units.count(damagedBlocks, "damaged block") + " and "
                    + Units.count(unreadableSpans, "damaged span") + " are left out; 'offspan verify' says where");
        }
    }

    private static void put(ObjectNode object, Amount amount) {
        Json.put(object, "traces", amount.traces());
        Json.put(object, "spans", amount.spans());
    }
}
