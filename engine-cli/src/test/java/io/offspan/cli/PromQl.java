package io.offspan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the series that a query of Prometheus names: words that are neither functions, labels, durations nor operators. */
final class PromQl {
    /** Texts, labels to select by, ranges of time, labels to group or match by: where words are no series. */
    private static final Pattern NO_SERIES = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"|\\{[^}]*}|\\[[^\\]]*]|\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");

    private static final Pattern WORD = Pattern.compile("(?<![\\w.])[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset", "atan2");

    private PromQl() {}

    static List<String> series(String query) {
        // Texts first: a brace within one would end the labels early.
        String rest = query.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "\"\"");
        rest = NO_SERIES.matcher(rest).replaceAll(" ");
        List<String> series = new ArrayList<>();
        Matcher words = WORD.matcher(rest);
        while (words.find()) {
            boolean function = rest.substring(words.end()).stripLeading().startsWith("(");
            if (!function && !OPERATORS.contains(words.group())) {
                series.add(words.group());
            }
        }
        return series;
    }
}
