package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.offspan.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a file of spans goes when something else than a file stands there. */
class ExportOutputTest {
    private static final int SPANS = 20;

    @TempDir
    Path scratch;

    private Path data;
    private byte[] expected;

    @BeforeEach
    void prepare() throws Exception {
        data = scratch.resolve("store");
        Path file = Requests.write(scratch.resolve("in.bin"), Requests.request("cart", Requests.spans(0, SPANS)));
        Ended.of("ingest", "--data", data, file).expect(0);
        Path plain = scratch.resolve("plain.otlp");
        Ended.of("export", "--data", data, "--output", plain).expect(0);
        expected = Files.readAllBytes(plain);
    }

    private Ended export(Object output) {
        return Ended.of("export", "--data", data, "--output", output);
    }

    private static void tool(Object... words) throws Exception {
        Process process = new ProcessBuilder(
                        java.util.Arrays.stream(words).map(Object::toString).toList())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(process.waitFor() == 0, said);
    }

    private static CompletableFuture<byte[]> readingFile(Path file) {
        return CompletableFuture.supplyAsync(() -> {
            try (InputStream in = new FileInputStream(file.toFile())) {
                // Not readAllBytes, which asks a file for its position and so fails on pipes on JDK 17.
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                in.transferTo(bytes);
                return bytes.toByteArray();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void aPipeGetsTheSpansAndStaysAPipe() throws Exception {
        Path pipe = scratch.resolve("pipe");
        tool("mkfifo", pipe);
        CompletableFuture<byte[]> read = readingFile(pipe);
        assertThat(export(pipe).expect(0).out()).contains("20 spans written to " + pipe);
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
        assertThat(Files.readAttributes(pipe, java.nio.file.attribute.BasicFileAttributes.class)
                        .isOther())
                .isTrue();
    }

    @Test
    void aLinkToAPipeIsFollowedToIt() throws Exception {
        Path pipe = scratch.resolve("pipe");
        Path link = Files.createSymbolicLink(scratch.resolve("link"), Path.of("pipe"));
        tool("mkfifo", pipe);
        CompletableFuture<byte[]> read = readingFile(pipe);
        export(link).expect(0);
        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aDeviceStaysADevice() throws Exception {
        Path device = scratch.resolve("null");
        tool("mknod", device, "c", "1", "3");
        tool("test", "-w", device);
        Ended ended = export(device);
        assumeTrue(!ended.err().contains("Permission denied"), "the file system takes no devices");
        ended.expect(0);
        assertThat(Files.readAttributes(device, java.nio.file.attribute.BasicFileAttributes.class)
                        .isOther())
                .isTrue();
    }

    @Test
    void aListeningSocketGetsTheSpans() throws Exception {
        Path socket = scratch.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
                try (SocketChannel one = server.accept()) {
                    return Channels.newInputStream(one).readAllBytes();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            export(socket).expect(0);
            assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
        }
        assertThat(socket).exists();
    }

    @Test
    void linksStayAndTheFileAtTheirEndIsReplaced() throws Exception {
        Path target =
                Files.writeString(Files.createDirectory(scratch.resolve("far")).resolve("target"), "old");
        Path near = Files.createSymbolicLink(scratch.resolve("near"), Path.of("far/target"));
        Path link = Files.createSymbolicLink(scratch.resolve("link"), near);
        export(link).expect(0);
        assertThat(link).isSymbolicLink();
        assertThat(near).isSymbolicLink();
        assertThat(target).hasBinaryContent(expected);

        Path dangling = Files.createSymbolicLink(scratch.resolve("dangling"), Path.of("far/new"));
        export(dangling).expect(0);
        assertThat(dangling).isSymbolicLink();
        assertThat(scratch.resolve("far/new")).hasBinaryContent(expected);
        try (var left = Files.list(scratch.resolve("far"))) {
            assertThat(left).as("no half-written file beside them").hasSize(2);
        }
    }

    @Test
    void linksThatGoRoundAndDirectoriesAtTheirEndAreRefused() throws Exception {
        Path round = Files.createSymbolicLink(scratch.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(scratch.resolve("b"), Path.of("a"));
        assertThat(export(round).expect(2).err()).contains("name another place");
        Path link = Files.createSymbolicLink(scratch.resolve("link"), scratch);
        assertThat(export(link).expect(2).err()).contains("is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"slabs", "new", "log/new"})
    void nothingInTheStoreIsReplaced(String name) throws Exception {
        byte[] slabs = Files.readAllBytes(data.resolve("slabs"));
        assertThat(export(data.resolve(name)).expect(2).err()).contains("inside the store");
        assertThat(data.resolve("slabs")).hasBinaryContent(slabs);
    }

    @Test
    void aDashIsStandardOutputAndWhatIsSaidGoesToStandardError() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(new PrintStream(out), new PrintStream(err), false);
        int status = Offspan.run(terminal, "export", "--data", data.toString(), "--output", "-");
        assertThat(status).isZero();
        assertThat(out.toByteArray()).isEqualTo(expected);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("20 spans written to standard output in 1 request, ");
        assertThat(Path.of("-")).doesNotExist();
    }

    @Test
    void standardOutputTakesEitherSpansOrJsonAndNoTerminalTakesSpans() {
        Ended json =
                Ended.of("export", "--data", data, "--output", "-", "--json").expect(2);
        assertThat(json.json().path("error").asText()).contains("both want standard output");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal watched = Terminal.of(new PrintStream(out), new PrintStream(out), true);
        assertThat(Offspan.run(watched, "export", "--data", data.toString(), "--output", "-"))
                .isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("is a terminal");
    }

    @Test
    void aReaderThatGoesAwayEndsTheExport() {
        Terminal unread =
                Terminal.of(new PrintStream(new ClosedPipe()), new PrintStream(new ByteArrayOutputStream()), false);
        assertThat(Offspan.run(unread, "export", "--data", data.toString(), "--output", "-"))
                .isEqualTo(1);
    }

    /** A pipe without a reader. */
    private static final class ClosedPipe extends java.io.OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
