package io.offspan.testkit.code;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packages that a {@code package-info.java} lets its package know: those that its sentence "May know {@code codec} and {@code
 * core.files}." names, with all below them, and those below the package itself. A name above the package stands for that one package. "Knows nobody." names none.
 *
 * @param own the package
 * @param named full names
 */
record Neighbours(String own, Set<String> named) {
    private static final Pattern SENTENCE = Pattern.compile("(?:May know|Knows)(.*?)\\.(?=\\s|$)");
    private static final Pattern NAME = Pattern.compile("\\{@code\\s+([a-z0-9.]+)}");

    /**
     * Reads the sentence of a package of the module whose directory this process was started in.
     *
     * @param prefix what stands before each name, {@code io.offspan.}
     * @throws AssertionError when there is none
     */
    static Neighbours of(String name, String prefix) {
        Path file = Path.of("src/main/java", name.split("\\.")).resolve("package-info.java");
        try {
            return parse(Files.readString(file), name, prefix);
        } catch (IOException e) {
            throw new UncheckedIOException("No package-info.java of " + name, e);
        }
    }

    static Neighbours parse(String source, String name, String prefix) {
        Matcher sentence = SENTENCE.matcher(source.replaceAll("\\s*\\*?/?\\R\\s*\\*?", " "));
        if (!sentence.find()) {
            throw new AssertionError(
                    "The package-info.java of " + name
                            + " does not say whom the package may know: \"May know {@code a} and {@code b}.\" or \"Knows nobody.\"");
        }
        Set<String> named = new LinkedHashSet<>();
        Matcher code = NAME.matcher(sentence.group(1));
        while (code.find()) {
            String found = code.group(1);
            named.add(found.startsWith(prefix) ? found : prefix + found);
        }
        return new Neighbours(name, named);
    }

    /** Tells whether the package may know another one. */
    boolean allow(String other) {
        return isIn(other, own)
                || named.stream().anyMatch(each -> isIn(own, each) ? other.equals(each) : isIn(other, each));
    }

    private static boolean isIn(String name, String above) {
        return name.equals(above) || name.startsWith(above + ".");
    }
}
