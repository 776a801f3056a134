package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.cli.input.Readers.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipes that pause, pipes with a name, and compressed files that are cut off or damaged. */
class InputFileTest {
    private static Readers readers;

    @TempDir
    Path scratch;

    @BeforeAll
    static void open() throws IOException {
        readers = new Readers();
    }

    @AfterAll
    static void close() throws IOException {
        readers.close();
    }

    /** A pipe as JDK 17 shows it: a write at a time, and no word of what else there is. */
    private static final class Pipe extends InputStream {
        private final List<byte[]> writes;
        private final Runnable pause;
        private int next;
        private InputStream now = InputStream.nullInputStream();

        Pipe(Runnable pause, List<byte[]> writes) {
            this.pause = pause;
            this.writes = writes;
        }

        @Override
        public int read() {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = now.read(bytes, offset, length);
            if (count < 0) {
                pause.run();
                if (next == writes.size()) {
                    return -1;
                }
                now = new ByteArrayInputStream(writes.get(next++));
                return read(bytes, offset, length);
            }
            return count;
        }

        @Override
        public int available() throws IOException {
            throw new IOException("Illegal seek");
        }
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] joined(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return all.toByteArray();
    }

    @Test
    void readsEveryMemberOfAGzipThatComesThroughASlowPipe() throws IOException {
        byte[] all = Readers.resource("three-members.gz");
        List<byte[]> members =
                List.of(Arrays.copyOf(all, 201), Arrays.copyOfRange(all, 201, 402), Arrays.copyOfRange(all, 402, 603));
        Outcome outcome = readers.read(null, "-", new Pipe(() -> {}, members));
        assertThat(outcome.stored()).isEqualTo(3);
        assertThat(outcome.rejected()).isEmpty();
    }

    @Test
    void storesWhatALivePipeHasGivenBeforeItWaitsForMore() throws IOException {
        for (String file : List.of("five-lines.jsonl", "one.bin", "zipkin-list-of-lists.json")) {
            byte[] bytes = Readers.resource(file);
            Intake intake = new Intake(readers.store(), Readers.MAX_SPAN_BYTES, problem -> {});
            long[] storedAtPause = new long[1];
            Pipe pipe = new Pipe(() -> storedAtPause[0] = intake.spans(), List.of(framed(file, bytes)));
            new InputFile("-", pipe).read(null, intake, count -> {});
            assertThat(storedAtPause[0]).as(file).isPositive().isEqualTo(intake.spans());
        }
    }

    private static byte[] framed(String file, byte[] bytes) throws IOException {
        return file.endsWith(".bin") ? joined(new byte[] {(byte) (bytes.length | 0x80), 1}, bytes) : bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"five-lines.jsonl", "three-members.gz", "one.bin"})
    void readsPipesThatHaveAName(String file) throws Exception {
        Path pipe = scratch.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        byte[] content = Readers.resource(file);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(pipe)) {
                out.write(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Outcome outcome = readers.read(null, pipe.toString(), InputStream.nullInputStream());
        writer.join();
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.stored()).isEqualTo(readers.read(null, content).stored());
    }

    @Test
    void givesEverythingBeforeTheCutOfAGzip() throws IOException {
        Outcome outcome = readers.read(null, Readers.resource("cut-in-third-member.gz"));
        assertThat(outcome.stored()).isEqualTo(2);
        assertThat(outcome.rejected()).containsKey("TRUNCATED");
        assertThat(outcome.problems()).anyMatch(text -> text.contains("the gzip stream is cut off"));

        byte[] one = Readers.resource("one.bin");
        byte[] packed = gzip(joined(one, one, one));
        Outcome request = readers.read(null, Arrays.copyOf(packed, packed.length - 12));
        assertThat(request.stored()).isBetween(2L, 5L);
        assertThat(request.rejected()).containsKeys("BROKEN_REQUEST", "TRUNCATED");
        assertThat(readers.read(null, Arrays.copyOf(packed, 6)).rejected()).containsOnlyKeys("TRUNCATED");
    }

    @Test
    void saysWhatIsWrongBehindAMember() throws IOException {
        byte[] line = gzip("{\"traceId\":\"c00a\",\"id\":\"1\"}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(readers.read(null, joined(line, new byte[600], line, new byte[9]))
                        .rejected())
                .isEmpty();
        Outcome junk = readers.read(null, joined(line, "junk".getBytes(StandardCharsets.UTF_8)));
        assertThat(junk.stored()).isEqualTo(1);
        assertThat(junk.problems().get(0)).contains("behind its member 1 stand bytes that begin no other");
        byte[] sum = line.clone();
        sum[line.length - 6] ^= 1;
        assertThat(readers.read(null, joined(sum, line)).problems().get(0)).contains("checksum of its member 1");
        byte[] header = line.clone();
        header[2] = 7;
        assertThat(readers.read(null, header).problems().get(0)).contains("method 7", "known are method 8");
    }

    @Test
    void keepsWhatCameBeforeTheSystemStopsToGiveAFile() {
        InputStream failing = new InputStream() {
            private boolean given;

            @Override
            public int read() {
                throw new AssertionError("one byte at a time");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (given) {
                    throw new IOException("Input/output error");
                }
                given = true;
                byte[] line = "{\"traceId\":\"c00b\",\"id\":\"1\"}\n".getBytes(StandardCharsets.UTF_8);
                System.arraycopy(line, 0, bytes, offset, line.length);
                return line.length;
            }
        };
        Outcome outcome = readers.read(null, "-", failing);
        assertThat(outcome.stored()).isEqualTo(1);
        assertThat(outcome.rejected()).hasToString("{UNREADABLE=1}");
        assertThat(outcome.problems().get(0))
                .contains("reading failed: Input/output error", "1 span before that is stored");
    }
}
