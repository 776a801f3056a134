package io.offspan.it.gate;

import io.offspan.testkit.gate.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** The class path of this JVM, copied to where every user can read it. */
public final class ReadableClassPath {
    private ReadableClassPath() {}

    /** Copies it into a new directory and returns the copies as one. */
    public static String copyTo(Path copies) throws IOException {
        Files.createDirectory(copies);
        open(copies);
        List<String> entries = new ArrayList<>();
        for (Path entry : ChildJvm.classPath()) {
            if (Files.exists(entry)) {
                Path copy = copies.resolve(entries.size() + "-" + entry.getFileName());
                copyTree(entry, copy);
                entries.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("r--r--r--"));
            return;
        }
        Files.createDirectory(to);
        open(to);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
            for (Path entry : entries) {
                copyTree(entry, to.resolve(entry.getFileName()));
            }
        }
    }

    /** Lets everybody read a directory, and only its owner write to it. */
    public static void open(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
