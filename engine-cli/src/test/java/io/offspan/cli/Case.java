package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A command line and what has to come of it.
 *
 * <p>A line has words, in single quotes where they have blanks; words in capitals stand for the paths of {@link Inputs}; {@code < FILE}
 * and {@code > FILE} are those of a shell. What fails is asked with {@code --json}, too, unless it says otherwise: its words are looked
 * for on standard error, and standard output has to be one object after the schema of errors.
 */
final class Case {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern PATH = Pattern.compile("[A-Z][A-Z_]+");
    private static final int UNUSABLE = 3;
    private static final String UTF_8 = "C.UTF-8";

    private final int status;
    private final String line;
    private final List<String> words;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private @Nullable String schema;
    private boolean lines;
    private boolean packaged;
    private String locale = UTF_8;

    private Case(int status, String line) {
        this.status = status;
        this.line = line;
        words = WORD.matcher(line).results().map(Case::word).collect(Collectors.toCollection(ArrayList::new));
    }

    private static String word(java.util.regex.MatchResult found) {
        return found.group(1) == null ? found.group(2) : found.group(1);
    }

    /** A line that a command does as it is told, silently on standard error unless words are named. */
    static Case does(String line) {
        return new Case(0, line);
    }

    /** A line to which the answer is no. */
    static Case no(String line) {
        return new Case(1, line);
    }

    /** A line that is wrong. */
    static Case wrong(String line) {
        return new Case(2, line).fails();
    }

    /** A line for a store that cannot be used. */
    static Case unusable(String line) {
        return new Case(UNUSABLE, line).fails();
    }

    private Case fails() {
        words.add("--json");
        return fits("error");
    }

    /** Asks without {@code --json}: then standard output has to be empty. */
    Case plainly() {
        words.remove("--json");
        schema = null;
        return this;
    }

    /** Names the schema of the answer. */
    Case fits(String name) {
        schema = name;
        return this;
    }

    /** Names the schema of each line. */
    Case eachLineFits(String name) {
        lines = true;
        return fits(name);
    }

    /** Names what has to be on standard output, as regular expressions. */
    Case says(String... patterns) {
        out.addAll(List.of(patterns));
        return this;
    }

    /** Names what has to be on standard error. */
    Case notes(String... texts) {
        err.addAll(List.of(texts));
        return this;
    }

    Case locale(String name) {
        locale = name;
        return this;
    }

    /** Runs the packaged jar, for one line of each command. */
    Case packaged() {
        packaged = true;
        return this;
    }

    /** Tells whether the line has to be run by a process of its own: for its locale, its standard output, or the lock of this one. */
    boolean needsProcess() {
        return packaged || !locale.equals(UTF_8) || words.contains(">") || words.contains("LOCKED");
    }

    String name() {
        String shown = line.length() > 90 ? line.substring(0, 90) + "…" : line;
        return status + "  offspan " + shown.replace("\n", "\\n") + (locale.equals("C") ? "  (LC_ALL=C)" : "");
    }

    /** Runs the line in this process. */
    Ended run(Function<String, @Nullable Object> paths) throws IOException {
        List<Object> arguments = new ArrayList<>();
        InputStream in = InputStream.nullInputStream();
        for (int i = 0; i < words.size(); i++) {
            Object word = resolve(words.get(i), paths);
            if (word.equals("<")) {
                in = new FileInputStream(resolve(words.get(++i), paths).toString());
            } else {
                arguments.add(word);
            }
        }
        try (InputStream open = in) {
            return Ended.of(open, arguments.toArray());
        }
    }

    /** Runs the line as a process. */
    Ended run(CommandProcess offspan, Function<String, @Nullable Object> paths) throws Exception {
        List<Object> arguments = new ArrayList<>();
        offspan.environment("LC_ALL", locale);
        for (int i = 0; i < words.size(); i++) {
            Object word = resolve(words.get(i), paths);
            if (word.equals("<") || word.equals(">")) {
                File file = new File(resolve(words.get(++i), paths).toString());
                CommandProcess redirected = word.equals("<") ? offspan.in(file) : offspan.out(file);
                assertThat(redirected).isNotNull();
            } else {
                arguments.add(word);
            }
        }
        return offspan.run(arguments.toArray());
    }

    private static Object resolve(String word, Function<String, @Nullable Object> paths) {
        Matcher matcher = PATH.matcher(word);
        Object path = matcher.matches() ? paths.apply(word) : null;
        return path == null ? word : path;
    }

    /** Fails unless a run ended as it has to. */
    void check(Ended ended) {
        assertThat(ended.status())
                .as("status of %s%n%s%n%s", line, ended.out(), ended.err())
                .isEqualTo(status);
        String name = schema;
        if (name == null) {
            assertThat(status > 1 && !ended.out().isEmpty())
                    .as("an answer of what failed: %s", ended.out())
                    .isFalse();
        } else if (lines) {
            ended.out().lines().forEach(text -> Schemas.check(name, new Ended(status, text, "").json()));
        } else {
            JsonNode answer = ended.json();
            Schemas.check(name, answer);
            assertThat(answer.path("exitCode").asInt(status)).isEqualTo(status);
        }
        out.forEach(pattern -> assertThat(ended.out()).containsPattern(pattern));
        if (err.isEmpty()) {
            assertThat(ended.err()).as("standard error").isEmpty();
        } else {
            assertThat(ended.err()).contains(err);
        }
        for (String text : List.of(ended.out(), ended.err())) {
            assertThat(text).doesNotContain("\tat ", "Exception:", "offspan: unexpected", "java.", "\u001b", "SLF4J");
        }
    }
}
