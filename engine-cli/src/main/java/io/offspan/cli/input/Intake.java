package io.offspan.cli.input;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.codec.FormatException;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.AppendResult;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Takes spans into a store, and counts what is stored, what is refused and why.
 *
 * <p>The first {@value #SHOWN} problems of a file are said aloud; all are counted.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Fails</b> with {@link CommandException} when the store has failed.
 */
public final class Intake {
    private static final int SHOWN = 10;
    private static final int KEPT = 100;

    private final SpanStore store;
    private final Consumer<String> voice;
    private final Map<String, Long> rejected = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private String file = "";
    private long fileSpans;
    private long fileProblems;
    private long spans;
    private long unknownFields;

    /** @param voice is told of problems */
    public Intake(SpanStore store, Consumer<String> voice) {
        this.store = store;
        this.voice = voice;
    }

    void begin(String name) {
        file = name;
        fileSpans = 0;
        fileProblems = 0;
    }

    void end() {
        if (fileProblems > SHOWN) {
            voice.accept(file + ": " + (fileProblems - SHOWN) + " more problems, counted but not shown");
        }
    }

    /** Stores a span. */
    void append(SpanDraft draft) {
        int result = store.append(draft);
        if (result == AppendResult.ACCEPTED) {
            accepted(1);
        } else {
            rejected.merge(AppendResult.name(result), 1L, Long::sum);
            problem("a span was not stored: " + AppendResult.name(result));
            requireWorking();
        }
    }

    /** Stores the spans of an encoded request. */
    void appendOtlp(byte[] request, int offset, int length) {
        OtlpReceipt receipt = store.appendOtlp(request, offset, length);
        accepted(receipt.accepted());
        unknownFields += receipt.unknownFields();
        receipt.rejected().forEach((reason, count) -> rejected.merge(reason, (long) count, Long::sum));
        receipt.examples().values().forEach(this::problem);
        String broken = receipt.broken();
        if (broken != null) {
            refuse("BROKEN_REQUEST", "the rest of the request cannot be read: " + broken);
        }
        if (receipt.rejectedCount() > 0) {
            requireWorking();
        }
    }

    /** Counts one span, row or file that is not stored, and says why. */
    void refuse(String reason, String why) {
        rejected.merge(reason, 1L, Long::sum);
        problem(why);
    }

    /** Counts one span that is not stored, and says why. */
    void refuse(FormatException refusal) {
        refuse(refusal.reason().name(), String.valueOf(refusal.getMessage()));
    }

    /** Counts some spans that are not stored, of which it was said why. */
    void refuse(String reason, long count) {
        if (count > 0) {
            rejected.merge(reason, count, Long::sum);
        }
    }

    /** Counts fields that no reader knows. */
    void unknownFields(long count) {
        unknownFields += count;
    }

    /** Says what is wrong, unless enough was said of this file. */
    private void problem(String text) {
        if (++fileProblems > SHOWN) {
            return;
        }
        String line = Cells.printable(file + ": " + text);
        voice.accept(line);
        if (problems.size() < KEPT) {
            problems.add(line);
        }
    }

    private void accepted(long count) {
        spans += count;
        fileSpans += count;
    }

    private void requireWorking() {
        Throwable failure = store.failure();
        if (failure != null) {
            throw new CommandException(
                    ExitCode.UNUSABLE,
                    "the store does not take spans any more after " + spans + ": " + failure.getMessage()
                            + "; what was stored is kept",
                    failure);
        }
    }

    /** Returns how many spans of the current file are stored. */
    long fileSpans() {
        return fileSpans;
    }

    /** Returns how many spans are stored. */
    public long spans() {
        return spans;
    }

    /** Returns how many spans, rows and files were refused, by reason. */
    public Map<String, Long> rejected() {
        return rejected;
    }

    /** Returns the problems that were said aloud, up to a number. */
    public List<String> problems() {
        return problems;
    }

    /** Returns how many fields were passed over because nobody knows them. */
    public long unknownFields() {
        return unknownFields;
    }
}
