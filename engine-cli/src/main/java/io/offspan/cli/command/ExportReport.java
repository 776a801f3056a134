package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.command.DestinationWatch.Ending;
import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.export.ExportConfig;
import io.offspan.export.ExportStatus;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.FlowDecision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Says what an export to a receiver has done, and what to do where it could not.
 *
 * @param status what the exporter counted, at its end
 * @param decisions how it has changed the size of its requests
 * @param several whether the receiver is one of a file, whose keys remedies name
 * @param follow whether it was to run until it is told to stop
 * @param ending how it has ended
 * @param last what the exporter did when it was ended
 */
record ExportReport(
        Terminal terminal,
        ExportConfig config,
        ExportStatus status,
        List<FlowDecision> decisions,
        boolean several,
        boolean follow,
        Ending ending,
        ExportStatus last) {
    /** What there is to say: the exit status, the answer as JSON, what went wrong, and the answer in words. */
    record Said(int exit, ObjectNode answer, List<String> problems, String text) {}

    /** Returns what to print of a receiver, one of several, to which no exporter could be started. */
    static Said notStarted(ExportConfig config, int exit, String why) {
        String problem = "not started: " + Cells.printable(why);
        ObjectNode answer = Json.object();
        answer.put("endpoint", config.endpoint());
        answer.put("spans", 0);
        answer.put("state", "failed");
        answer.put("reason", why);
        answer.put("name", config.checkpointName());
        answer.put("error", problem).put("exitCode", exit);
        return new Said(exit, answer, List.of(problem), "nothing sent to " + config.endpoint());
    }

    /** Prints it; returns the exit status. */
    int print(String patience) {
        Said said = say(patience);
        said.problems.forEach(problem -> terminal.note("offspan: " + problem));
        terminal.answer(said.answer);
        if (!terminal.json()) {
            terminal.line(said.text);
        }
        return said.exit;
    }

    /** Returns what to print. */
    Said say(String patience) {
        List<String> problems = new ArrayList<>();
        int exit = Math.max(exitOf(ending), exitOfLeftOut(problems));
        if (exitOf(ending) != ExitCode.DONE) {
            problems.add(0, whatToDo(ending, last, patience));
        }
        ObjectNode answer = json(ending, last);
        if (exit != ExitCode.DONE) {
            answer.put("error", String.join("; ", problems)).put("exitCode", exit);
        }
        return new Said(exit, answer, problems, text(ending));
    }

    private int exitOf(Ending ending) {
        return switch (ending) {
            case DONE -> ExitCode.DONE;
            case STOPPED -> follow ? ExitCode.DONE : ExitCode.NO;
            case STUCK, NOT_IN_LOG -> ExitCode.NO;
            case FAILED -> ExitCode.UNUSABLE;
        };
    }

    private String whatToDo(Ending ending, ExportStatus last, String patience) {
        String reason = Cells.printable(last.reason());
        String again = "; what was not sent stays in the store, and the same command goes on there";
        return switch (ending) {
            case FAILED -> "the exporter has failed: " + reason + again;
            case STOPPED -> "stopped before everything was sent" + again;
            case NOT_IN_LOG ->
                "spans acknowledged before the start are not in the log after " + patience
                        + "; is their writer stopped," + " or its sync interval longer? Try a longer --give-up" + again;
            default ->
                last.state() == State.PAUSED
                        ? config.endpoint() + " takes nothing: " + reason + again + " once that is corrected"
                        : config.endpoint() + " has accepted nothing for " + patience
                                + (reason.isEmpty() ? ", and not answered yet" : ": " + reason) + again
                                + "; --give-up waits longer, --follow until it is there";
        };
    }

    /** Names what was not sent or not taken, and will not be. */
    private int exitOfLeftOut(List<String> problems) {
        name(
                problems,
                status.rejectedSpans(),
                "span",
                "was",
                "were",
                "rejected by the receiver within accepted requests");
        name(
                problems,
                status.poisonedSpans(),
                "span",
                "was",
                "were",
                "given up: the receiver refuses such and accepts others");
        name(
                problems,
                status.tooLargeSpans(),
                "span",
                "is",
                "are",
                "larger than a request may be; raise "
                        + (several ? "its max_batch_bytes in the file of --config" : "--max-batch-bytes"));
        name(problems, status.unreadableSpans(), "damaged span", "is", "are", "left out; 'offspan verify' says where");
        name(problems, status.damagedBlocks(), "damaged block", "is", "are", "left out; 'offspan verify' says where");
        name(
                problems,
                status.skippedByRetention(),
                "time",
                "retention",
                "retention",
                "deleted segments before they were sent");
        int exit = problems.isEmpty() || follow ? ExitCode.DONE : ExitCode.NO;
        if (status.checkpointFailures() > 0) {
            name(
                    problems,
                    status.checkpointFailures(),
                    "checkpoint",
                    "was",
                    "were",
                    "not written, so that spans may be sent again; make room on the disk");
            exit = ExitCode.UNUSABLE;
        }
        return exit;
    }

    private static void name(List<String> problems, long count, String thing, String is, String are, String what) {
        if (count > 0) {
            problems.add(Units.count(count, thing, is, are) + " " + what);
        }
    }

    private ObjectNode json(Ending ending, ExportStatus last) {
        ObjectNode answer = Json.object();
        answer.put("endpoint", config.endpoint());
        answer.put("spans", status.spans());
        answer.put("batches", status.batches());
        answer.put("bytes", status.encodedBytes());
        answer.put("wireBytes", status.wireBytes());
        answer.put("compression", status.packing());
        answer.put("retries", status.retries());
        answer.put("rejected", status.rejectedSpans());
        answer.put("poisoned", status.poisonedSpans());
        answer.put("tooLarge", status.tooLargeSpans());
        answer.put("unreadable", status.unreadableSpans());
        answer.put("damagedBlocks", status.damagedBlocks());
        answer.put("retired", status.skippedByRetention());
        answer.put("lost", status.lostSpans());
        Sampled.put(answer, status);
        Decisions.put(answer, decisions);
        answer.put("state", state(ending, last));
        answer.put("reason", last.reason());
        answer.put("name", config.checkpointName());
        return answer.put("checkpoint", status.checkpoint().toString());
    }

    private static String state(Ending ending, ExportStatus last) {
        return switch (ending) {
            case DONE, STOPPED -> ending.name().toLowerCase(Locale.ROOT);
            default -> last.state().name().toLowerCase(Locale.ROOT);
        };
    }

    private String text(Ending ending) {
        String sent = Units.count(status.spans(), "span") + " sent to " + config.endpoint() + " in "
                + Units.count(status.batches(), "request") + ", " + Units.bytes(status.encodedBytes()) + " ("
                + Units.bytes(status.wireBytes()) + " on the wire)";
        String retries = status.retries() == 0
                ? ""
                : ", after " + (status.retries() == 1 ? "1 retry" : Units.count(status.retries()) + " retries");
        String left = status.sampling() == null
                ? ""
                : "; " + Units.count(status.notKeptSpans(), "span", "is", "are")
                        + " of traces that sampling does not keep";
        String nothing = ending == Ending.DONE && status.spans() + status.notKeptSpans() == 0
                ? "; checkpoint '" + config.checkpointName() + "' has everything: "
                        + (several
                                ? "another name in the file of --config begins another one"
                                : "--name begins another one, --from-start sends it again")
                : "";
        return sent + retries + left + nothing;
    }
}
