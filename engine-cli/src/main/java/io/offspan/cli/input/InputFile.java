package io.offspan.cli.input;

import io.offspan.cli.terminal.CommandException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A file named on the command line, or standard input ({@code -}); unpacked while it is read if it is compressed by gzip.
 */
public final class InputFile {
    /** The name that stands for standard input. */
    public static final String STANDARD_INPUT = "-";

    private static final int MAGIC_BYTES = 4;

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
    public void read(@Nullable InputFormat format, Intake intake, LongConsumer progress) {
        intake.begin(given == null ? name : "standard input");
        try (InputStream in = given == null ? new FileInputStream(name) : given) {
            HeadStream raw = new HeadStream(new CountingStream(in, progress));
            try (UnpackedStream unpacked = unpack(raw)) {
                content(
                        new CountingStream(unpacked == null ? raw : unpacked, count -> bytesIn += count),
                        format,
                        intake);
                if (unpacked != null && unpacked.problem() != null) {
                    rest(intake, unpacked.problem());
                }
            }
        } catch (InputException refused) {
            rest(intake, refused);
        } catch (IOException unreadable) {
            rest(intake, new InputException(InputException.UNREADABLE, "reading failed: " + unreadable.getMessage()));
        }
        intake.end(bytesIn == 0);
    }

    private void content(InputStream unpacked, @Nullable InputFormat format, Intake intake) throws IOException {
        HeadStream content = new HeadStream(unpacked);
        try {
            refuseForeign(content);
            (format == null ? InputFormat.detect(name, content) : format)
                    .reader()
                    .read(content, intake);
        } catch (InputException refused) {
            rest(intake, refused);
        }
    }

    /** Refuses what is known for something else by its first bytes, and goes behind a byte order mark. */
    private static void refuseForeign(HeadStream content) {
        content.await(MAGIC_BYTES);
        byte[] start = content.head();
        String known = KnownKinds.ofBytes(start);
        if (known != null) {
            throw new InputException(InputException.FOREIGN, known);
        }
        boolean mark =
                start.length > 2 && start[0] == (byte) 0xef && start[1] == (byte) 0xbb && start[2] == (byte) 0xbf;
        content.pass(mark ? 3 : 0);
    }

    private static @Nullable UnpackedStream unpack(HeadStream raw) throws IOException {
        raw.await(MAGIC_BYTES);
        byte[] start = raw.head();
        if (GzipStream.starts(start)) {
            return new GzipStream(raw);
        }
        return ZstdFrames.startsAt(start, 0)
                ? ZstdFrames.open(raw, "unpack it: zstd -dc FILE | offspan ingest ... -")
                : null;
    }

    private static void rest(Intake intake, InputException refused) {
        intake.refuse(refused.reason(), refused.getMessage() + "; the rest of the file is refused, " + intake.before());
    }

    /** Returns how many bytes were read, unpacked. */
    public long bytesIn() {
        return bytesIn;
    }
}
