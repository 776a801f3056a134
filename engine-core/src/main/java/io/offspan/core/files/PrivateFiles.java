package io.offspan.core.files;

import io.offspan.core.value.SpanStoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may read what the store writes: its owner and nobody else, whatever the process's umask says. */
public final class PrivateFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private PrivateFiles() {}

    /** Returns mode 0600 for a new file, where there are modes. */
    static FileAttribute<?>[] fileMode() {
        return mode(FILE);
    }

    private static FileAttribute<?>[] mode(Set<PosixFilePermission> permissions) {
        return POSIX
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** Creates an empty file with mode 0600. */
    public static void create(Path file) throws IOException {
        Disk.create(file).close();
    }

    /**
     * Creates a directory with mode 0700 unless it is there, and those above it with the mode that everything else has.
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
                Files.createDirectory(directory, mode(DIRECTORY));
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

    /** Sets mode 0600 of a file. */
    public static void makePrivate(Path file) throws IOException {
        if (POSIX) {
            Files.setPosixFilePermissions(file, FILE);
        }
    }

    /**
     * Sets mode 0700 of a directory. One that belongs to somebody else and may be written to, as the mount point of a volume, keeps the
     * mode that its owner has given it; what is made in it is private all the same.
     */
    public static void makeDirectoryPrivate(Path directory) throws IOException {
        if (POSIX) {
            try {
                Files.setPosixFilePermissions(directory, DIRECTORY);
            } catch (FileSystemException notOurs) {
                if (!Files.isWritable(directory)) {
                    throw notOurs;
                }
            }
        }
    }
}
