package io.offspan.cli.input;

import io.offspan.codec.FormatException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The objects at the outermost level of a JSON stream, each read as a stream of its own.
 *
 * <p>White space, commas, the record separators of {@code jq --seq} and the brackets of lists around objects pass without a word, and so
 * does text in front of an object that begins like a request, as loggers write it. Other text is counted by its lines.
 *
 * <p>An object that is torn ends where its text is broken off by the end of a line, or before a line that can only begin a new request;
 * behind it, reading goes on at the next line that begins one. What is longer or deeper than allowed is left out of the object, and its
 * {@link #cuts place} kept. Bytes of a text that are no UTF-8 become U+FFFD.
 *
 * <p><b>Threads.</b> Belongs to one thread. <b>Owns</b> two buffers: no object is held whole.
 */
final class JsonRecords extends InputStream {
    /** How long a text may be; no span that a store takes has a longer one. */
    static final int MAX_TEXT_BYTES = 4 << 20;
    /** How long a number may be written. */
    static final int MAX_NUMBER_BYTES = 256;
    /** How deep objects and lists may be nested. */
    static final int MAX_DEPTH = 500;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int RECENT_BYTES = 32 << 10;
    /** Within so many bytes stands the first name of an object, or it has none that we know. */
    private static final int FIRST_NAME_BYTES = 1 << 10;

    private static final int SEPARATOR = 0x1e;
    private static final int SHOWN_LINES = 3;
    private static final int MAX_CUTS = 1_000;

    /** Something that was left out of an object: before which of its bytes, and why. */
    record Cut(long before, Reason reason, String what) {}

    private final InputStream in;
    private final Set<String> starts;
    private final Set<String> mayStart;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] recent = new byte[RECENT_BYTES];
    private int at;
    private int filled;
    private boolean ended;
    private long line = 1;
    private long column = 1;

    private boolean open;
    private @Nullable String torn;
    private boolean astray;
    private String first = "";
    private long firstLine;
    private long firstColumn;
    private long given;
    private final List<Cut> cuts = new ArrayList<>();

    private int depth;
    private boolean text;
    private final Utf8Mender characters = new Utf8Mender();
    private boolean escaped;
    private int hexDigits;
    private int run;
    private boolean leavingText;
    private int leavingDepth;
    private boolean lineStart;

    private boolean foreignText;
    private long foreignLines;
    private long foreignLine;
    private long foreignColumn;
    private final StringBuilder foreignPlaces = new StringBuilder();
    private final StringBuilder foreignStart = new StringBuilder();
    private boolean prefixed;
    private long lists;
    private long listsBefore;
    private boolean damaged;

    /**
     * @param starts first names of objects that stand nowhere but at the outermost level
     * @param mayStart more first names of objects at the outermost level
     */
    JsonRecords(InputStream in, Set<String> starts, Set<String> mayStart) {
        this.in = in;
        this.starts = starts;
        this.mayStart = mayStart;
    }

    /** Goes to the next object, or returns false behind the last. */
    boolean next() throws IOException {
        finish();
        while (at < filled || refill()) {
            byte b = buffer[at];
            if (b == '{' && begins()) {
                begin();
                return true;
            }
            pass(b);
        }
        endLine();
        return false;
    }

    /** Goes behind an object that is no JSON; what follows is only read where it begins like a request. */
    void leave() throws IOException {
        finish();
        damaged = true;
        astray = true;
    }

    private boolean begins() throws IOException {
        first = firstName();
        return !foreignText && !astray || starts.contains(first) || mayStart.contains(first);
    }

    private void begin() {
        if (foreignText) {
            prefixed = true;
            lists = listsBefore;
            foreignStart.setLength(foreignLines == 0 ? 0 : foreignStart.length());
        }
        listsBefore = lists;
        foreignText = false;
        astray = false;
        open = true;
        torn = null;
        firstLine = line;
        firstColumn = column;
        given = 0;
        cuts.clear();
        depth = 0;
        text = false;
        characters.clear();
        escaped = false;
        hexDigits = 0;
        run = 0;
        leavingText = false;
        leavingDepth = 0;
        lineStart = false;
    }

    /** Goes behind a byte between two objects. */
    private void pass(byte b) {
        if (b == '\n') {
            endLine();
            foreignText = false;
            listsBefore = lists;
        } else if (b == '[' || b == ']') {
            lists += b == '[' ? 1 : -1;
        } else if (b != ' ' && b != '\t' && b != '\r' && b != ',' && b != SEPARATOR && !astray) {
            foreignColumn = foreignText || foreignLines > 0 ? foreignColumn : column;
            foreignText = true;
        }
        if (foreignText && foreignLines == 0 && foreignStart.length() < 2 * Ids.SHOWN) {
            foreignStart.append((char) (b & 0xff));
        }
        step(b);
    }

    private void endLine() {
        if (!foreignText) {
            return;
        }
        lists = listsBefore;
        foreignLine = foreignLines == 0 ? line : foreignLine;
        if (++foreignLines <= SHOWN_LINES) {
            foreignPlaces.append(foreignPlaces.isEmpty() ? "" : ", ").append(line);
        }
    }

    private void step(byte b) {
        at++;
        column++;
        if (b == '\n') {
            line++;
            column = 1;
        }
    }

    /** Goes behind the object that is open. */
    void finish() throws IOException {
        byte[] scratch = new byte[open ? BUFFER_BYTES : 0];
        while (open) {
            read(scratch, 0, scratch.length);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        int to = offset;
        while (to < end && (open || characters.hasNext())) {
            if (characters.hasNext()) {
                bytes[to++] = characters.next();
                continue;
            }
            if (at == filled) {
                if (to > offset) {
                    break;
                }
                if (!refill()) {
                    tear("the text ends inside it", false);
                    break;
                }
            }
            if (text && !escaped && hexDigits == 0 && characters.isWhole() && !leavingText && leavingDepth == 0) {
                int plain = plain(bytes, to, end);
                if (plain > 0) {
                    to += plain;
                    continue;
                }
            }
            byte b = buffer[at];
            if (text) {
                if (b == '\n') {
                    tear("a text is broken off by the end of its line", true);
                } else if (inText(b, to - offset)) {
                    characters.give(b);
                }
                continue;
            }
            if (lineStart && b == '{') {
                String name = to > offset && isNameCut() ? null : firstName();
                if (name == null) {
                    break;
                }
                if (starts.contains(name) || mayStart.contains(name) && name.equals(first)) {
                    tear("line " + line + " begins another", true);
                    continue;
                }
            }
            int written = outside(b, to - offset);
            if (written >= 0) {
                bytes[to++] = (byte) written;
            }
        }
        remember(bytes, offset, to - offset);
        return to == offset && !open && !characters.hasNext() && length > 0 ? -1 : to - offset;
    }

    private void tear(String why, boolean goAstray) {
        torn = why;
        open = false;
        astray = goAstray;
        damaged = true;
    }

    /** Gives on the bytes of a text that need no look, and returns how many. */
    private int plain(byte[] bytes, int to, int end) {
        int most = Math.min(Math.min(filled - at, end - to), MAX_TEXT_BYTES - run);
        int count = 0;
        while (count < most) {
            byte b = buffer[at + count];
            if (b < ' ' || b == '"' || b == '\\') {
                break;
            }
            bytes[to + count++] = b;
        }
        at += count;
        column += count;
        run += count;
        return count;
    }

    /** Takes a byte of a text; returns whether it is given on. */
    private boolean inText(byte b, int pending) {
        boolean between = !escaped && hexDigits == 0 && (b & 0xc0) != 0x80;
        if (hexDigits > 0) {
            hexDigits--;
        }
        if (escaped) {
            escaped = false;
            hexDigits = b == 'u' ? 4 : 0;
        } else if (b == '\\') {
            escaped = true;
        } else if (b == '"') {
            text = false;
            leavingText = false;
        }
        run++;
        if (text && !leavingText && between && run > MAX_TEXT_BYTES && leavingDepth == 0) {
            leavingText = true;
            cut(pending, Reason.TOO_LARGE, "a text is longer than the " + MAX_TEXT_BYTES + " bytes allowed");
        }
        step(b);
        return !leavingText && leavingDepth == 0;
    }

    /** Takes a byte outside of texts; returns what is given on for it, or -1. */
    private int outside(byte b, int pending) {
        int written = leavingDepth == 0 ? b & 0xff : -1;
        lineStart = lineStart && (b == ' ' || b == '\t' || b == '\r' || b == ',' || b == '[' || b == SEPARATOR);
        switch (b) {
            case '"' -> {
                text = true;
                run = 0;
            }
            case '{', '[' -> {
                run = 0;
                if (++depth > MAX_DEPTH && leavingDepth == 0) {
                    leavingDepth = depth;
                    written = '0';
                    cut(pending, Reason.TOO_DEEP, "it is nested deeper than the " + MAX_DEPTH + " levels allowed");
                }
            }
            case '}', ']' -> {
                run = 0;
                leavingDepth = depth == leavingDepth ? 0 : leavingDepth;
                open = --depth > 0;
            }
            case ',', ':', ' ', '\t', '\r' -> run = 0;
            case '\n' -> {
                run = 0;
                lineStart = true;
            }
            default -> {
                if (++run > MAX_NUMBER_BYTES) {
                    written = -1;
                    if (run == MAX_NUMBER_BYTES + 1 && leavingDepth == 0) {
                        cut(
                                pending,
                                Reason.TOO_LARGE,
                                "a number has more than the " + MAX_NUMBER_BYTES + " digits allowed");
                    }
                }
            }
        }
        step(b);
        return written;
    }

    private void cut(int pending, Reason reason, String what) {
        if (cuts.size() < MAX_CUTS) {
            cuts.add(new Cut(given + pending, reason, "line " + line + ", column " + column + ": " + what));
        }
    }

    private void remember(byte[] bytes, int offset, int count) {
        int kept = Math.min(count, RECENT_BYTES);
        int from = offset + count - kept;
        int into = (int) ((given + count - kept) % RECENT_BYTES);
        int first = Math.min(kept, RECENT_BYTES - into);
        System.arraycopy(bytes, from, recent, into, first);
        System.arraycopy(bytes, from + first, recent, 0, kept - first);
        given += count;
    }

    /** Tells whether more has to be read before the first name of the object at this place is known. */
    private boolean isNameCut() {
        return !ended && filled - at < FIRST_NAME_BYTES && nameAt() == null;
    }

    /** Returns the first name in the object that starts at this place, waiting for it; empty when there is none. */
    private String firstName() throws IOException {
        String name = nameAt();
        while (name == null && !ended && filled - at < FIRST_NAME_BYTES) {
            more();
            name = nameAt();
        }
        return name == null ? "" : name;
    }

    /** Returns the first name in the object that starts at this place as far as it is in the buffer; null when more is needed. */
    private @Nullable String nameAt() {
        int from = at + 1;
        while (from < filled
                && (buffer[from] == ' ' || buffer[from] == '\t' || buffer[from] == '\r' || buffer[from] == '\n')) {
            from++;
        }
        if (from == filled) {
            return null;
        }
        if (buffer[from] != '"') {
            return "";
        }
        for (int to = from + 1; to < filled; to++) {
            if (buffer[to] == '"') {
                return new String(buffer, from + 1, to - from - 1, StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private boolean refill() throws IOException {
        at = 0;
        filled = 0;
        return more();
    }

    /** Reads behind what is in the buffer; false at the end. */
    private boolean more() throws IOException {
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, filled - at);
            filled -= at;
            at = 0;
        }
        int count = ended ? -1 : in.read(buffer, filled, buffer.length - filled);
        ended = count < 0;
        filled += Math.max(count, 0);
        return !ended;
    }

    /** Returns why the object ends before its end, or null. */
    @Nullable
    String torn() {
        return torn;
    }

    /** Returns how many bytes of the object were given. */
    long given() {
        return given;
    }

    /** Returns a byte that was given a short time ago, or -1. */
    int recent(long offset) {
        return offset < 0 || offset >= given || offset < given - RECENT_BYTES
                ? -1
                : recent[(int) (offset % RECENT_BYTES)] & 0xff;
    }

    /** Returns what was left out of the object so far. */
    List<Cut> cuts() {
        return cuts;
    }

    /** Returns in which line the object starts. */
    long firstLine() {
        return firstLine;
    }

    /** Returns in which column the object starts. */
    long firstColumn() {
        return firstColumn;
    }

    /** Returns in which line the stream is. */
    String place() {
        return "line " + line + ", column " + column + ": ";
    }

    /** Returns how many lines have text that is no JSON and stands in front of none. */
    long foreignLines() {
        return foreignLines;
    }

    /** Returns the numbers of the first such lines. */
    String foreignPlaces() {
        return foreignPlaces + (foreignLines > SHOWN_LINES ? " ..." : "");
    }

    /** Returns where the first such text starts. */
    String foreignPlace() {
        return "line " + foreignLine + ", column " + foreignColumn + ": ";
    }

    /** Returns how the first such text starts. */
    String foreignStart() {
        return new String(foreignStart.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Tells whether text stood in front of objects, so that this is a log. */
    boolean isLog() {
        return prefixed;
    }

    /** Tells whether a list around the objects was not closed, although nothing else is damaged. */
    boolean listOpen() {
        return lists > 0 && !damaged && !prefixed && foreignLines == 0;
    }
}
