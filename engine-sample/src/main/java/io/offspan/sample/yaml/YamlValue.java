package io.offspan.sample.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value of a YAML text that knows where it stands.
 *
 * <p>Numbers and truths are told by what is asked for, not by YAML's rules of resolution, so that {@code values: [200]} are texts. Anchors
 * are followed, as far as {@value #MAX_ALIASES} and {@value #MAX_DEPTH} levels.
 *
 * <p><b>Fails</b> with a {@link YamlException} that names line and path.
 */
public final class YamlValue {
    /** How many characters a text may have. */
    public static final int MAX_CHARS = 1 << 20;

    static final int MAX_ALIASES = 100;
    static final int MAX_DEPTH = 32;
    /** How many levels a text may have that nobody reads. */
    private static final int MAX_WRITTEN_DEPTH = 256;

    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9][0-9_]{0,20}");
    private static final Pattern FRACTION =
            Pattern.compile("[-+]?[0-9][0-9_]{0,20}(\\.[0-9]{0,20})?([eE][-+]?[0-9]{1,3})?");

    private final Node node;
    private final String path;
    private final int depth;

    private YamlValue(Node node, String path, int depth) {
        this.node = node;
        this.path = path;
        this.depth = depth;
        if (depth > MAX_DEPTH) {
            throw wrong("is deeper than " + MAX_DEPTH + " levels; write it flatter");
        }
    }

    /** Reads the one document of a text. */
    public static YamlValue parse(String text) {
        if (text.length() > MAX_CHARS) {
            throw new YamlException(
                    "The text has " + text.length() + " characters, allowed are " + MAX_CHARS + "; write less", null);
        }
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(MAX_CHARS)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .build();
        Optional<Node> root;
        try {
            refuseTooDeep(settings, text);
            root = new Compose(settings).composeString(text);
        } catch (YamlEngineException | IllegalArgumentException malformed) {
            throw new YamlException("No YAML: " + oneLine(malformed), malformed);
        }
        return new YamlValue(
                root.orElseThrow(
                        () -> new YamlException("The text is empty; write 'policies:' and a list of them", null)),
                "",
                0);
    }

    /** Walks over the text by its events, which takes no stack, unlike what makes nodes of them. */
    private static void refuseTooDeep(LoadSettings settings, String text) {
        int levels = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++levels > MAX_WRITTEN_DEPTH) {
                String line = event.getStartMark()
                        .map(at -> "line " + (at.getLine() + 1) + ": ")
                        .orElse("");
                throw new YamlException(line + "deeper than " + MAX_WRITTEN_DEPTH + " levels; write it flatter", null);
            } else if (event instanceof CollectionEndEvent) {
                levels--;
            }
        }
    }

    private static String oneLine(RuntimeException malformed) {
        return String.valueOf(malformed.getMessage())
                .lines()
                .map(String::strip)
                .reduce("", (a, b) -> a.isEmpty() ? b : a + " " + b);
    }

    YamlValue child(Node value, String step) {
        return new YamlValue(
                value, path.isEmpty() || step.startsWith("[") ? path + step : path + "." + step, depth + 1);
    }

    /** Returns the fields of a mapping. */
    public YamlFields fields() {
        if (node instanceof MappingNode mapping) {
            return new YamlFields(this, mapping);
        }
        throw wrong("is no mapping; write fields with their values");
    }

    /** Tells whether this is a mapping. */
    public boolean isMapping() {
        return node instanceof MappingNode;
    }

    /** Returns the entries of a list, of which there has to be one at least. */
    public List<YamlValue> list(int most) {
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong("is no list; write [a, b] or lines with '- '");
        }
        int count = sequence.getValue().size();
        if (count == 0 || count > most) {
            throw wrong("has " + count + " entries, allowed are 1 to " + most);
        }
        List<YamlValue> entries = new ArrayList<>(count);
        for (Node entry : sequence.getValue()) {
            entries.add(child(entry, "[" + entries.size() + "]"));
        }
        return entries;
    }

    /** Returns the text of a scalar. */
    public String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw wrong("is no single value; write a text");
    }

    /** Returns a whole number within bounds. */
    public long whole(long least, long most) {
        String text = text();
        if (WHOLE.matcher(text).matches()) {
            try {
                long number = Long.parseLong(text.replace("_", ""));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException beyond) {
                // Refused below, like what is beyond the bounds.
            }
        }
        throw wrong("is '" + shown(text) + "', allowed are whole numbers from " + least + " to " + most);
    }

    /** Returns a number within bounds. */
    public double number(double least, double most) {
        String text = text();
        if (FRACTION.matcher(text).matches()) {
            double number = Double.parseDouble(text.replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw wrong("is '" + shown(text) + "', allowed are numbers from " + least + " to " + most);
    }

    /** Returns a truth. */
    public boolean truth() {
        String text = text();
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw wrong("is '" + shown(text) + "', allowed are true and false");
    }

    /** Returns what to throw, with the place in front of what is wrong there. */
    public YamlException wrong(String what) {
        return wrong(what, null);
    }

    /** Returns what to throw, with the place in front of what is wrong there. */
    public YamlException wrong(String what, @Nullable Throwable cause) {
        return new YamlException(place() + " " + what, cause);
    }

    private String place() {
        Optional<Mark> mark = node.getStartMark();
        String line = mark.map(at -> "line " + (at.getLine() + 1) + ": ").orElse("");
        return line + (path.isEmpty() ? "the document" : path);
    }

    static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 60 ? printable : printable.substring(0, 60) + "…";
    }
}
