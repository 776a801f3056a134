package io.offspan.cli.terminal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command speaks: answers on standard output, everything else on standard error.
 *
 * <p>With {@code --json} the answer is exactly one JSON object, and what a human would read goes to standard error.
 */
public final class Terminal {
    private static final ObjectMapper JSON = new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;
    private @Nullable StandardOutput standardOutput;
    private boolean coloursWanted = true;
    private int columns;
    private boolean json;

    private Terminal(InputStream in, PrintStream out, PrintStream err, boolean outIsTerminal, boolean errIsTerminal) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.outIsTerminal = outIsTerminal;
        this.errIsTerminal = errIsTerminal;
    }

    /** Returns a terminal on two streams that somebody watches, or that go into files. */
    public static Terminal of(PrintStream out, PrintStream err, boolean watched) {
        return of(InputStream.nullInputStream(), out, err, watched);
    }

    /** Returns a terminal whose standard input is a stream. */
    public static Terminal of(InputStream in, PrintStream out, PrintStream err, boolean watched) {
        return new Terminal(in, out, err, watched, watched);
    }

    /** Returns the terminal of this process. */
    public static Terminal ofProcess() {
        StandardOutput out = new StandardOutput();
        Terminal terminal = new Terminal(
                System.in,
                new PrintStream(new BufferedOutputStream(out), false, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                isTerminal(1),
                isTerminal(2));
        terminal.standardOutput = out;
        terminal.colours(isEmpty(System.getenv("NO_COLOR")) && !"dumb".equals(System.getenv("TERM")));
        return terminal;
    }

    private static boolean isEmpty(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    /** Says whether colours are wanted where a terminal shows them. */
    public Terminal colours(boolean wanted) {
        coloursWanted = wanted;
        return this;
    }

    /** Says how wide the terminal is, instead of asking. */
    public Terminal columns(int width) {
        columns = width;
        return this;
    }

    /** Returns how many characters a line of the terminal has. */
    public int columns() {
        if (columns == 0) {
            columns = TerminalWidth.find();
        }
        return columns;
    }

    /** Asks the kernel what a descriptor is; {@code System.console()} means something else from JDK 22 on. */
    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Says whether the answer is to be a JSON object. */
    public void json(boolean wanted) {
        json = wanted;
    }

    /** Tells whether the answer is to be a JSON object. */
    public boolean json() {
        return json;
    }

    /** Prints a line for humans: on standard output, or on standard error when that belongs to JSON. */
    public void line(String text) {
        (json ? err : out).println(text);
    }

    /** Prints a line that is no part of the answer. */
    public void note(String text) {
        err.println(text);
    }

    /** Writes an answer that is too large to be held as a tree. */
    @FunctionalInterface
    public interface Answer {
        void writeTo(OutputStream stream) throws IOException;
    }

    /** Prints the one JSON object of the answer, when it was asked for. */
    public void answer(JsonNode object) {
        answerBy(stream -> JSON.writeValue(stream, object));
    }

    /** Lets an answer write itself, one JSON object, when that was asked for. */
    public void answerBy(Answer answer) {
        if (!json) {
            return;
        }
        try {
            answer.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("The answer cannot be written to standard output", e);
        }
        out.println();
    }

    /** Prints a stack trace on standard error. */
    public void stackTrace(Throwable failure) {
        failure.printStackTrace(err);
    }

    /** Tells whether humans watch standard output. */
    public boolean interactive() {
        return json ? errIsTerminal : outIsTerminal;
    }

    /** Tells whether progress may be shown. */
    public boolean showsProgress() {
        return errIsTerminal;
    }

    /** Returns standard input. */
    public InputStream in() {
        return in;
    }

    /** Returns the stream of answers, for help. */
    public PrintStream out() {
        return out;
    }

    /** Returns the stream of everything else. */
    public PrintStream err() {
        return err;
    }

    /** Returns a text in a style of picocli's markup, such as {@code red} or {@code bold}, on a terminal, or plain. */
    public String styled(String style, String text) {
        boolean coloured = interactive() && coloursWanted;
        return coloured
                ? Ansi.ON.apply(text, List.of(Help.Ansi.Style.parse(style))).toString()
                : text;
    }

    /** Returns whether help and messages on a stream may use colours. */
    public Ansi ansi(boolean standardError) {
        return (standardError ? errIsTerminal : outIsTerminal) && coloursWanted ? Ansi.ON : Ansi.OFF;
    }

    /** Makes sure that everything was written; returns whether it was. */
    public boolean flush() {
        out.flush();
        err.flush();
        return !out.checkError();
    }

    /** Says why standard output did not take everything, unless its reader went away, as that of {@code | head} does. */
    public void explainUnwritten() {
        String why = standardOutput == null ? null : standardOutput.failure();
        if (why != null) {
            note("offspan: standard output does not take the answer: " + why);
        }
    }
}
