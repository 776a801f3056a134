package io.offspan.cli.terminal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes the JSON objects that commands answer with. */
public final class Json {
    private static final long MAX_EXACT = 1L << 53;

    private Json() {}

    /** Returns a new empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Returns the answer of a command that failed. */
    public static ObjectNode failure(int exitCode, String message) {
        return object().put("error", message).put("exitCode", exitCode);
    }

    /**
     * Puts a whole number: as a number where every reader of JSON has it exactly, up to 2^53, and beyond as a string, as OTLP/JSON has
     * its 64-bit numbers.
     */
    public static ObjectNode put(ObjectNode object, String name, long value) {
        return Math.abs(value) <= MAX_EXACT && value != Long.MIN_VALUE
                ? object.put(name, value)
                : object.put(name, Long.toString(value));
    }
}
