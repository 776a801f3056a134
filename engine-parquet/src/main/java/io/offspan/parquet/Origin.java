package io.offspan.parquet;

import io.offspan.codec.model.Attribute;
import io.offspan.codec.model.Attributes;
import io.offspan.codec.wire.Memory;
import io.offspan.parquet.file.Column;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The texts that all spans of one resource, or of one scope, have in common, ready for columns: two names, and keys with their values.
 *
 * <p><b>Threads.</b> Belongs to one thread; does not change.
 */
final class Origin {
    /** The service of a resource, the name of a scope. */
    static final int NAME = 0;
    /** The version of a scope. */
    static final int VERSION = 1;
    /** The ResourceSpans or ScopeSpans message without what is in it. */
    static final int MESSAGE = 2;
    /** The first key. */
    static final int KEYS = 3;

    private final byte[] name;
    private final Memory memory;
    /** Where text {@code i} ends; it starts where the one before it ends. */
    private final int[] ends;
    /** The numbers that texts have in the dictionaries of their columns, and of which generation these are. */
    private final int[] numbers;

    private final long[] generations;
    /** The place of the name among all names of a run, in the order of their bytes. */
    private int rank;

    /**
     * Makes one.
     *
     * @param name the service of a resource, the name of a scope
     * @param version the version of a scope
     * @param attributes their texts; of several with one key the first
     * @param message the message that spans stand in, without them
     */
    Origin(String name, String version, Attributes attributes, byte[] message) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        List<byte[]> texts = new ArrayList<>();
        texts.add(this.name);
        texts.add(version.getBytes(StandardCharsets.UTF_8));
        texts.add(message);
        Set<String> keys = new HashSet<>();
        for (Attribute attribute : attributes) {
            if (keys.add(attribute.key())) {
                texts.add(attribute.key().getBytes(StandardCharsets.UTF_8));
                texts.add(ValueText.of(attribute.value()).getBytes(StandardCharsets.UTF_8));
            }
        }
        ends = new int[texts.size()];
        numbers = new int[ends.length];
        generations = new long[ends.length];
        int length = 0;
        for (int i = 0; i < ends.length; i++) {
            length += texts.get(i).length;
            ends[i] = length;
        }
        memory = Memory.allocate(length + Long.BYTES);
        for (int i = 0; i < ends.length; i++) {
            memory.putBytes(start(i), texts.get(i), 0, texts.get(i).length);
        }
    }

    byte[] name() {
        return name;
    }

    int rank() {
        return rank;
    }

    void rank(int place) {
        rank = place;
    }

    /** Returns how many texts there are: {@link #NAME} and its neighbours, and from {@link #KEYS} on a key and a value by turns. */
    int count() {
        return ends.length;
    }

    private int start(int text) {
        return text == 0 ? 0 : ends[text - 1];
    }

    /** Puts a text into a column, always into the same one, and remembers its number there. */
    void put(int text, Column column) {
        if (generations[text] == column.generation()) {
            column.putNumber(numbers[text]);
            return;
        }
        column.put(memory, start(text), ends[text] - start(text));
        int number = column.lastNumber();
        if (number >= 0) {
            numbers[text] = number;
            generations[text] = column.generation();
        }
    }
}
