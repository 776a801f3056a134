package io.offspan.core.files;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who may read what the store writes: its owner and nobody else, or its group besides where the store's settings say so, whatever the
 * process's umask says.
 *
 * <p><b>Threads.</b> Any.
 */
public final class PrivateFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> GROUP_FILE = PosixFilePermissions.fromString("rw-r-----");
    private static final Set<PosixFilePermission> GROUP_DIRECTORY = PosixFilePermissions.fromString("rwxr-x---");

    /** The directories of stores that this process writes and whose group may read. */
    private static final Set<Path> READ_BY_GROUP = ConcurrentHashMap.newKeySet();

    private PrivateFiles() {}

    /** Says whether the group may read what is made from now on in a store's directory and the directories in that. */
    public static void letGroupRead(Path store, boolean reads) {
        Path key = store.toAbsolutePath().normalize();
        if (reads) {
            READ_BY_GROUP.add(key);
        } else {
            READ_BY_GROUP.remove(key);
        }
    }

    private static boolean groupReads(Path path) {
        if (READ_BY_GROUP.isEmpty()) {
            return false;
        }
        Path at = path.toAbsolutePath().normalize();
        while (at != null && !READ_BY_GROUP.contains(at)) {
            at = at.getParent();
        }
        return at != null;
    }

    private static Set<PosixFilePermission> fileMode(Path file) {
        return groupReads(file) ? GROUP_FILE : FILE;
    }

    private static Set<PosixFilePermission> directoryMode(Path directory) {
        return groupReads(directory) ? GROUP_DIRECTORY : DIRECTORY;
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> mode) {
        return POSIX ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)} : new FileAttribute<?>[0];
    }

    /** Opens a file, with its mode where that makes it. */
    static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        Set<PosixFilePermission> mode = fileMode(file);
        FileChannel channel = FileChannel.open(file, options, attributes(mode));
        if (mode == GROUP_FILE) {
            // The umask may have taken it away.
            makePrivate(file);
        }
        return channel;
    }

    /** Creates an empty file with its mode. */
    public static void create(Path file) throws IOException {
        Disk.create(file).close();
    }

    /**
     * Creates a directory with its mode unless it is there, and those above it with the mode that everything else has.
     *
     * @throws SpanStoreException.NotAStore when something else has that name
     */
    public static void makeDirectory(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Path parent = directory.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Disk.about(Disk.Work.CREATE, directory);
                Files.createDirectory(directory, attributes(directoryMode(directory)));
                makeDirectoryPrivate(directory);
                return;
            } catch (FileAlreadyExistsException raced) {
                // Somebody else has just made it.
            }
        }
        if (Files.isSymbolicLink(directory)) {
            throw new SpanStoreException.NotAStore(
                    directory + " is a symbolic link; name the directory itself, or move the link away");
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new SpanStoreException.NotAStore(
                    directory + " is not a directory; name another one, or move away what has its name");
        }
    }

    /** Sets the mode of a file that has another one. */
    public static void makePrivate(Path file) throws IOException {
        if (POSIX) {
            set(file, fileMode(file));
        }
    }

    /**
     * Sets the mode of a directory that has another one. One that belongs to somebody else and may be written to, as the mount point of a
     * volume, keeps what its owner has given it; what is made in it has its own mode all the same.
     */
    public static void makeDirectoryPrivate(Path directory) throws IOException {
        if (POSIX) {
            try {
                set(directory, directoryMode(directory));
            } catch (FileSystemException notOurs) {
                if (!Files.isWritable(directory)) {
                    throw notOurs;
                }
            }
        }
    }

    /** Sets the modes of a directory and of the files in it, where there is one; what belongs to somebody else keeps its own. */
    public static void makeAllPrivate(Path directory) throws IOException {
        if (!POSIX || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        makeDirectoryPrivate(directory);
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))) {
            for (Path file : files) {
                try {
                    makePrivate(file);
                } catch (FileSystemException goneOrNotOurs) {
                    continue;
                }
            }
        }
    }

    /** Leaves a mode that is right as it is: to set one takes from a directory that it hands its group down. */
    private static void set(Path path, Set<PosixFilePermission> mode) throws IOException {
        if (!Files.getPosixFilePermissions(path).equals(mode)) {
            Files.setPosixFilePermissions(path, mode);
        }
    }
}
