package io.offspan.query.traceql;

import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.QueryException.Reason;
import org.jspecify.annotations.Nullable;

/** The text of a query, which knows the line and column of every place in it and refuses there. */
record Source(String text) {
    private static final int SHOWN_CHARS = 40;
    private static final int EXCERPT_POINTS = 50;

    /** Refuses what is not TraceQL. */
    TraceQlException syntax(int at, String found, String expected, @Nullable String nearest) {
        String message = "found " + found + ", expected " + expected
                + (nearest == null ? "" : "; did you mean " + nearest + "?");
        return new TraceQlException(Reason.SYNTAX, place(at), found, expected, nearest, message);
    }

    /** Refuses what TraceQL has and the engine does not. */
    TraceQlException unsupported(int at, String what, String instead) {
        return new TraceQlException(
                Reason.UNSUPPORTED, place(at), what, instead, null, what + " is not supported yet; " + instead);
    }

    /** Refuses what can be read and not be asked. */
    TraceQlException refused(Reason reason, int at, String found, String expected) {
        String shown = shown(found, 200);
        return new TraceQlException(reason, place(at), shown, expected, null, shown + "; " + expected);
    }

    /** Refuses what the tree of the query refused. */
    TraceQlException refused(int at, QueryException refusal) {
        String message = shown(String.valueOf(refusal.getMessage()), 400);
        int remedy = message.lastIndexOf("; ");
        String found = remedy < 0 ? message : message.substring(0, remedy);
        String expected = remedy < 0 ? "" : message.substring(remedy + 2);
        TraceQlException located = new TraceQlException(refusal.reason(), place(at), found, expected, null, message);
        located.initCause(refusal);
        return located;
    }

    /** Returns the beginning of a part of the text in quotes. */
    String quoted(int from, int to) {
        return '"' + shown(text.substring(from, to), SHOWN_CHARS) + '"';
    }

    private static String shown(String part, int chars) {
        String cut = part.length() <= chars ? part : part.substring(0, chars) + "…";
        StringBuilder shown = new StringBuilder(cut.length());
        cut.codePoints().map(Source::visible).forEach(shown::appendCodePoint);
        return shown.toString();
    }

    /** A control character or half a pair could change how a terminal shows the rest. */
    private static int visible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> point == '\t' ? ' ' : '\ufffd';
            default -> point;
        };
    }

    private TraceQlException.Place place(int at) {
        int start = at == 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
        int line = 1
                + (int) text.substring(0, start).chars().filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(start, at);
        int end = text.indexOf('\n', at);
        end = end < 0 ? text.length() : end;
        int from = Math.max(start, at - EXCERPT_POINTS);
        int to = Math.min(end, at + EXCERPT_POINTS);
        String before = (from > start ? "…" : "") + shown(text.substring(from, at), Integer.MAX_VALUE);
        String behind = shown(text.substring(at, to), Integer.MAX_VALUE) + (to < end ? "…" : "");
        String excerpt = before + behind + "\n" + " ".repeat(before.codePointCount(0, before.length())) + "^";
        return new TraceQlException.Place(line, column, excerpt);
    }
}
