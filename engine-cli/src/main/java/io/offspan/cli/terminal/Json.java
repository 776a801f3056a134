package io.offspan.cli.terminal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes the JSON objects that commands answer with. */
public final class Json {
    private Json() {}

    /** Returns a new empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Returns the answer of a command that failed. */
    public static ObjectNode failure(int exitCode, String message) {
        return object().put("error", message).put("exitCode", exitCode);
    }
}
