package io.offspan.cli.input;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.FormatException;
import io.offspan.codec.span.SpanDraft;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;

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

    /** Fields of a name that no reader knows: how many, and where the first stands. */
    public record UnknownField(String name, long count, String first) {}

    private final SpanStore store;
    private final int maxSpanBytes;
    private final Consumer<String> voice;
    private final Map<String, Long> rejected = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private String file = "";
    private long fileSpans;
    private long fileProblems;
    private long fileRefused;
    private long spans;
    private long unknownFields;
    private long passedLines;
    private final Map<String, UnknownField> unknownNames = new LinkedHashMap<>();

    /** @param maxSpanBytes how large a span of the store may be, @param voice is told of problems */
    public Intake(SpanStore store, int maxSpanBytes, Consumer<String> voice) {
        this.store = store;
        this.maxSpanBytes = maxSpanBytes;
        this.voice = voice;
    }

    void begin(String name) {
        file = name;
        fileSpans = 0;
        fileProblems = 0;
        fileRefused = 0;
    }

    /** Ends a file; one that holds something and gives no span is refused, because nothing taken is not all taken. */
    void end(boolean empty) {
        if (!empty && fileSpans == 0 && fileRefused == 0) {
            refuse("NO_SPANS", "the file is not empty, and there is no span in it");
        }
        if (fileProblems > SHOWN) {
            voice.accept(file + ": " + (fileProblems - SHOWN) + " more problems, counted but not shown");
        }
    }

    /** Stores a span that stands at a place. */
    void append(SpanDraft draft, String place) {
        int result = store.append(draft);
        if (result == AppendResult.ACCEPTED) {
            accepted(1);
        } else {
            refuse(reason(AppendResult.name(result)), place + unstored(AppendResult.name(result)));
            requireWorking();
        }
    }

    /** Stores the spans of an encoded request. */
    void appendOtlp(byte[] request, int offset, int length) {
        appendOtlp(request, offset, length, span -> "span " + (span + 1) + " of the request: ");
    }

    /**
     * Stores the spans of an encoded request.
     *
     * @param places says where a span stands, counted from 0
     */
    void appendOtlp(byte[] request, int offset, int length, IntFunction<String> places) {
        OtlpReceipt receipt = store.appendOtlp(request, offset, length);
        accepted(receipt.accepted());
        unknownFields += receipt.unknownFields();
        receipt.rejected().forEach((name, count) -> refuse(reason(name), (long) count));
        for (OtlpReceipt.Refusal refusal : receipt.refusals()) {
            String why = refusal.message();
            problem(places.apply(refusal.span()) + (why == null ? unstored(refusal.reason()) : why));
        }
        String broken = receipt.broken();
        if (broken != null) {
            refuse("BROKEN_REQUEST", "the rest of the request cannot be read: " + broken);
        }
        if (receipt.rejectedCount() > 0) {
            requireWorking();
        }
    }

    /** Returns the name of a result of an append as reasons are written. */
    private static String reason(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private String unstored(String name) {
        return name.equals(AppendResult.name(AppendResult.TOO_LARGE))
                ? "a span is larger than the " + Units.bytes(maxSpanBytes) + " allowed"
                : "a span was not stored: " + reason(name);
    }

    /** Counts one span, row or file that is not stored, and says why. */
    void refuse(String reason, String why) {
        refuse(reason, 1);
        problem(why);
    }

    /** Counts one span that is not stored, and says why. */
    void refuse(FormatException refusal) {
        refuse(refusal.reason().name(), String.valueOf(refusal.getMessage()));
    }

    /** Counts some spans that are not stored, of which it was said why. */
    void refuse(String reason, long count) {
        if (count > 0) {
            fileRefused += count;
            rejected.merge(reason, count, Long::sum);
        }
    }

    /** Counts a field that no reader knows. */
    void unknownField(String name, String place) {
        unknownFields++;
        String shown = Cells.printable(Ids.shortened(name));
        if (unknownNames.size() < KEPT || unknownNames.containsKey(shown)) {
            String first = Cells.printable(file + ": " + place.replaceFirst(": $", ""));
            unknownNames.merge(
                    shown,
                    new UnknownField(shown, 1, first),
                    (before, more) -> new UnknownField(shown, before.count + 1, before.first));
        }
    }

    /** Counts lines of a log that are no requests; that is no refusal. */
    void passedLines(long count, String where) {
        passedLines += count;
        if (count > 0) {
            voice.accept(Cells.printable(
                    file + ": " + Units.count(count, "line") + " without a request passed over, in line " + where));
        }
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

    /** Says how many spans of the current file are stored. */
    String before() {
        return Units.count(fileSpans, "span") + " before that " + (fileSpans == 1 ? "is" : "are") + " stored";
    }

    /** Returns how many refusals the current file has. */
    long fileRefused() {
        return fileRefused;
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

    /** Returns the names of such fields, up to a number, in the order in which they came. */
    public Collection<UnknownField> unknownNames() {
        return unknownNames.values();
    }

    /** Returns how many lines of logs were passed over. */
    public long passedLines() {
        return passedLines;
    }
}
