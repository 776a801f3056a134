package io.offspan.cli.command;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.Terminal;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What stands at a place that an answer is to go to, which decides how it gets there: only a regular file, or nothing, may be replaced
 * by a rename, at the end of its links; a device, a pipe, a socket or an open descriptor is written to.
 *
 * @param path the place, links resolved where it is to be replaced
 */
record OutputPlace(Kind kind, Path path) {
    /** How an answer gets there. */
    enum Kind {
        REPLACED,
        STRAIGHT,
        SOCKET,
        STANDARD_OUTPUT
    }

    /** Says that nobody reads a stream any more. */
    static final class Unread extends IOException {
        private static final long serialVersionUID = 1L;

        Unread() {
            super("its reader went away");
        }
    }

    private static final Path STANDARD_OUTPUT = Path.of("-");
    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private static final int TYPE_OF_FILE = 0170000;
    private static final int TYPE_SOCKET = 0140000;

    /** Finds out what a name on the command line means. */
    static OutputPlace of(Path name) throws IOException {
        if (name.equals(STANDARD_OUTPUT)) {
            return new OutputPlace(Kind.STANDARD_OUTPUT, name);
        }
        Path end = name.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(end); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(name.toString());
            }
            Path folder = end.resolveSibling("").toRealPath();
            if (folder.startsWith("/proc")) {
                // The descriptors of a process look like links, and to rename onto one would take its name from another
                // file.
                return new OutputPlace(
                        end.endsWith("1") && isOurs(folder) ? Kind.STANDARD_OUTPUT : Kind.STRAIGHT, name);
            }
            end = folder.resolve(Files.readSymbolicLink(end));
        }
        if (!Files.exists(end) || Files.isRegularFile(end)) {
            return new OutputPlace(Kind.REPLACED, end);
        }
        return new OutputPlace(isSocket(end) ? Kind.SOCKET : Kind.STRAIGHT, end);
    }

    private static boolean isOurs(Path descriptors) {
        long pid = ProcessHandle.current().pid();
        return descriptors.startsWith("/proc/" + pid) || descriptors.startsWith("/proc/self");
    }

    private static boolean isSocket(Path file) throws IOException {
        try {
            return ((int) Files.getAttribute(file, "unix:mode") & TYPE_OF_FILE) == TYPE_SOCKET;
        } catch (UnsupportedOperationException | IllegalArgumentException notUnix) {
            return false;
        }
    }

    /** Refuses what cannot be written to; a store is no place for an answer from it. */
    void require(Path data, Terminal terminal) throws IOException {
        switch (kind) {
            case STANDARD_OUTPUT -> requireFree(terminal);
            case STRAIGHT, SOCKET -> {
                if (Files.isDirectory(path)) {
                    throw CommandException.usage(path + " is a directory; name a file in it");
                }
                if (!Files.isWritable(path)) {
                    throw CommandException.usage(path + " may not be written by this user");
                }
            }
            case REPLACED -> requireFolder(data);
        }
    }

    private static void requireFree(Terminal terminal) {
        if (terminal.json()) {
            throw CommandException.usage(
                    "--json and the spans both want standard output; leave --json out, or name a file");
        }
        if (terminal.interactive()) {
            throw CommandException.usage(
                    "standard output is a terminal, and protobuf is not for reading; redirect it (> spans.otlp)");
        }
    }

    private void requireFolder(Path data) throws IOException {
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw CommandException.usage("the directory " + folder + " does not exist; make it first");
        }
        if (!Files.isWritable(folder)) {
            throw CommandException.usage("the directory " + folder + " may not be written by this user");
        }
        if (Files.isDirectory(data) && folder.toRealPath().startsWith(data.toRealPath())) {
            throw CommandException.usage(path + " lies inside the store; name a place outside of " + data);
        }
    }

    /** Opens it for the requests of an export. */
    OtlpSink open(Terminal terminal) throws IOException {
        return switch (kind) {
            case REPLACED -> new OtlpFileWriter(path);
            case STRAIGHT -> new OtlpStreamWriter(Files.newOutputStream(path, StandardOpenOption.APPEND));
            case SOCKET ->
                new OtlpStreamWriter(Channels.newOutputStream(SocketChannel.open(UnixDomainSocketAddress.of(path))));
            case STANDARD_OUTPUT -> new OtlpStreamWriter(new Noticing(terminal.out()));
        };
    }

    /** Standard output, which says at once when nobody reads it, so that nobody goes on writing; stays open. */
    private static final class Noticing extends FilterOutputStream {
        private final PrintStream printed;

        Noticing(PrintStream printed) {
            super(printed);
            this.printed = printed;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            printed.write(bytes, offset, length);
            if (printed.checkError()) {
                throw new Unread();
            }
        }

        @Override
        public void close() {
            printed.flush();
        }
    }

    /** Returns how messages name it. */
    @Override
    public String toString() {
        return kind == Kind.STANDARD_OUTPUT ? "standard output" : path.toString();
    }
}
