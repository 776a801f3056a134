package io.offspan.cli.input;

import io.offspan.cli.terminal.CommandException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A file named on the command line, or standard input ({@code -}); unpacked while it is read if it is compressed by gzip.
 */
public final class InputFile {
    /** The name that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int BUFFER_BYTES = 2 * InputFormat.PEEK_BYTES;

    private final String name;
    private final @Nullable InputStream given;
    private long bytesIn;

    /** @param standardInput what is read when the name is {@value #STANDARD_INPUT} */
    public InputFile(String name, InputStream standardInput) {
        this.name = name;
        this.given = name.equals(STANDARD_INPUT) ? standardInput : null;
    }

    /** Refuses what cannot be read, before anything is stored; returns the size, 0 when that is not known. */
    public long require() throws IOException {
        if (given != null) {
            return 0;
        }
        Path file = Path.of(name);
        if (!Files.exists(file)) {
            throw CommandException.usage(file + " does not exist; nothing was stored");
        }
        if (Files.isDirectory(file)) {
            throw CommandException.usage(file + " is a directory; name the files in it. Nothing was stored");
        }
        if (!Files.isReadable(file)) {
            throw CommandException.usage(file + " may not be read by this user; nothing was stored");
        }
        return Files.isRegularFile(file) ? Files.size(file) : 0;
    }

    /**
     * Reads the file into a store. What of it cannot be read is counted and said aloud.
     *
     * @param format its format, or null to find out
     * @param progress is told of the bytes read from the file as it is
     */
    public void read(@Nullable InputFormat format, Intake intake, LongConsumer progress) throws IOException {
        intake.begin(given == null ? name : "standard input");
        try (InputStream in = given == null ? Files.newInputStream(Path.of(name)) : given) {
            BufferedInputStream raw = new BufferedInputStream(new CountingStream(in, progress), BUFFER_BYTES);
            boolean gzip = InputFormat.isGzip(raw);
            InputStream unpacked = gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
            BufferedInputStream content =
                    new BufferedInputStream(new CountingStream(unpacked, count -> bytesIn += count), BUFFER_BYTES);
            InputFormat known = format == null ? InputFormat.detect(name, content) : format;
            known.reader().read(content, intake);
        } catch (ZipException damaged) {
            rest(intake, InputException.MALFORMED, "damaged gzip: " + damaged.getMessage());
        } catch (EOFException cut) {
            rest(intake, InputException.TRUNCATED, "the gzip stream is cut off");
        } catch (InputException refused) {
            rest(intake, refused.reason(), String.valueOf(refused.getMessage()));
        }
        intake.end();
    }

    private static void rest(Intake intake, String reason, String why) {
        intake.refuse(
                reason,
                why + "; the rest of the file is refused, " + intake.fileSpans() + " spans before that are stored");
    }

    /** Returns how many bytes were read, unpacked. */
    public long bytesIn() {
        return bytesIn;
    }
}
