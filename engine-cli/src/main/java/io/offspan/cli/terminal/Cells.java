package io.offspan.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/**
 * Text as a terminal shows it, measured in its columns: a Chinese character or an emoji takes two, an accent of its own none, and what a
 * reader takes for one character is never cut in two.
 */
public final class Cells {
    private static final String MORE = "…";
    private static final int JOINER = 0x200d;
    private static final int NON_JOINER = 0x200c;
    private static final int EMOJI_STYLE = 0xfe0f;
    private static final Pattern CHARACTER = Pattern.compile("\\X");

    private Cells() {}

    /**
     * Replaces what would move the cursor or hide something: control characters and line breaks become blanks; marks that turn the
     * direction, other invisible characters and halves of characters become {@code �}.
     */
    public static String printable(String text) {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length());
        int before = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(before)) {
            int c = text.codePointAt(at);
            safe.appendCodePoint(
                    switch (Character.getType(c)) {
                        case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
                        case Character.FORMAT -> isJoiner(c) && before > 0x7f ? c : '\ufffd';
                        case Character.SURROGATE -> '\ufffd';
                        default -> isFiller(c) ? '\ufffd' : c;
                    });
            before = c;
        }
        return safe.toString();
    }

    /** Emoji and some scripts are written with joiners; among Latin letters they only hide. */
    private static boolean isJoiner(int c) {
        return c == JOINER || c == NON_JOINER;
    }

    /** Tells whether a letter by its type is a blank to the eye. */
    private static boolean isFiller(int c) {
        return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x34f;
    }

    /** Returns how many columns a text takes, which has to be printable. */
    public static int width(String text) {
        int width = 0;
        for (int at = 0; at < text.length(); ) {
            int c = text.codePointAt(at);
            width += width(c);
            at += Character.charCount(c);
        }
        return width;
    }

    private static int width(int c) {
        // Behind a narrow sign the style asks for a picture, which many terminals make two columns wide.
        return c < 0x7f ? 1 : c == EMOJI_STYLE ? 1 : Math.max(0, WCWidth.wcwidth(c));
    }

    /** Returns as much of a text as fits into so many columns, with a mark where something is left out. */
    public static String cut(String text, int columns) {
        return cut(text, columns, MORE);
    }

    /** Returns as much of a text as fits into so many columns, without a mark: the beginning of an id or of a time is one, too. */
    public static String begin(String text, int columns) {
        return cut(text, columns, "");
    }

    private static String cut(String text, int columns, String mark) {
        if (text.length() <= columns && text.chars().allMatch(c -> c < 0x7f) || fits(text, columns)) {
            return text;
        }
        int room = columns - mark.length();
        if (room < 0) {
            return "";
        }
        int end = 0;
        int width = 0;
        Matcher characters = CHARACTER.matcher(text);
        while (characters.find()) {
            width += width(characters.group());
            if (width > room) {
                break;
            }
            end = characters.end();
        }
        return text.substring(0, end) + mark;
    }

    /** Measures no more of a text than has to be known. */
    private static boolean fits(String text, int columns) {
        int width = 0;
        for (int at = 0; at < text.length() && width <= columns; ) {
            int c = text.codePointAt(at);
            width += width(c);
            at += Character.charCount(c);
        }
        return width <= columns;
    }

    /** Returns a text in lines of at most so many columns, broken at blanks; what has none for so long is broken anywhere. */
    public static List<String> wrap(String text, int columns) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.strip().split(" +")) {
            if (!line.isEmpty() && width(line) + 1 + width(word) > columns) {
                lines.add(line);
                line = "";
            }
            line = line.isEmpty() ? word : line + " " + word;
            List<String> folded = fold(line, columns);
            lines.addAll(folded.subList(0, folded.size() - 1));
            line = folded.get(folded.size() - 1);
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }

    /** Returns a text in lines of at most so many columns, broken where each is full, its blanks kept; at least one character a line. */
    public static List<String> fold(String text, int columns) {
        if (fits(text, columns)) {
            return List.of(text);
        }
        List<String> lines = new ArrayList<>();
        int start = 0;
        int width = 0;
        Matcher characters = CHARACTER.matcher(text);
        while (characters.find()) {
            int next = width(characters.group());
            if (width > 0 && width + next > columns) {
                lines.add(text.substring(start, characters.start()));
                start = characters.start();
                width = 0;
            }
            width += next;
        }
        lines.add(text.substring(start));
        return lines;
    }

    /** Returns a text of exactly so many columns, cut or filled with blanks. */
    public static String pad(String text, int columns) {
        String shown = cut(text, columns);
        return shown + " ".repeat(Math.max(0, columns - width(shown)));
    }
}
