package io.offspan.bench.child;

import java.util.Map;
import java.util.TreeMap;

/** What a program in a JVM of its own measured: numbers by name, all on one line of text. */
public final class Figures {
    static final String PREFIX = "FIGURES ";

    private final Map<String, Double> values = new TreeMap<>();

    private Figures() {}

    static Figures parse(String line) {
        Figures figures = new Figures();
        for (String pair : line.substring(PREFIX.length()).split(" ")) {
            String[] parts = pair.split("=", 2);
            figures.values.put(parts[0], Double.valueOf(parts[1]));
        }
        return figures;
    }

    /** Prints figures for the parent: names and numbers in turn. */
    static void print(Object... pairs) {
        StringBuilder line = new StringBuilder(PREFIX.trim());
        for (int i = 0; i < pairs.length; i += 2) {
            line.append(' ').append(pairs[i]).append('=').append(pairs[i + 1]);
        }
        System.out.println(line);
    }

    /** Returns a figure, which has to be there. */
    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("No figure '" + name + "' among " + values.keySet());
        }
        return value;
    }
}
