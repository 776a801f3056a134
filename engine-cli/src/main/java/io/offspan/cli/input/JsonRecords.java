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
    /** Within so many bytes stands the first name of an object, or it has none that we know. */
    private static final int FIRST_NAME_BYTES = 1 << 10;

    private static final int MAX_CUTS = 1_000;

    /** Something that was left out of an object: before which of its bytes, and why. */
    record Cut(long before, Reason reason, String what) {}

    private final InputStream in;
    private final Set<String> starts;
    private final Set<String> mayStart;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final RecentBytes recent = new RecentBytes();
    private final ForeignText between = new ForeignText();
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
            between.take(b, line, column, astray);
            step(b);
        }
        between.endLine(line);
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
        return !between.isHere() && !astray || starts.contains(first) || mayStart.contains(first);
    }

    private void begin() {
        between.endAtObject();
        astray = false;
        open = true;
        torn = null;
        firstLine = line;
        firstColumn = column;
        recent.clear();
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
        recent.add(bytes, offset, to - offset);
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
        lineStart = lineStart && (b == '[' || ForeignText.isFiller(b));
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
            cuts.add(new Cut(recent.given() + pending, reason, "line " + line + ", column " + column + ": " + what));
        }
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
        return recent.given();
    }

    /** Returns a byte that was given a short time ago, or -1. */
    int recent(long offset) {
        return recent.at(offset);
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

    /** Returns what stood between the objects so far. */
    ForeignText between() {
        return between;
    }

    /** Tells whether a list around the objects was not closed, although nothing else is damaged. */
    boolean listOpen() {
        return !damaged && between.isListOpen();
    }
}
