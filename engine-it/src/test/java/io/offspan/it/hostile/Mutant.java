package io.offspan.it.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A class of the engine with a bug in it: its source with one piece of text replaced, compiled into a directory that is put before the
 * engine on a class path.
 */
final class Mutant {
    private Mutant() {}

    /** Compiles the mutant of a source file, named from the root of the repository, and returns the directory of its classes. */
    static Path compile(Path classes, String source, String good, String bad) throws IOException {
        Path file = Path.of("..").resolve(source);
        String text = Files.readString(file);
        if (text.indexOf(good) < 0 || text.indexOf(good) != text.lastIndexOf(good)) {
            throw new AssertionError(source + " does not hold \"" + good + "\" once; plant the bug elsewhere");
        }
        Path mutated = Files.createDirectories(classes.resolve("source")).resolve(file.getFileName());
        Files.writeString(mutated, text.replace(good, bad));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "-proc:none", "-nowarn", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(null, files, null, options, null, files.getJavaFileObjects(mutated))
                    .call();
            if (!compiled) {
                throw new AssertionError("The mutant of " + source + " does not compile");
            }
        }
        return classes;
    }
}
