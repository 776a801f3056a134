package io.offspan.it.hostile;

import io.offspan.query.ast.Pipeline;
import io.offspan.query.traceql.TraceQl;
import io.offspan.query.traceql.TraceQlException;
import java.nio.charset.StandardCharsets;

/**
 * Fuzz target: bytes as UTF-8 through the parser of TraceQL. Allowed is a {@link TraceQlException} with a place in the text; what was
 * accepted must print as a text that reads back as the same query.
 */
public final class TraceQlFuzz {
    private TraceQlFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Pipeline pipeline;
        try {
            pipeline = TraceQl.parse(new String(input, StandardCharsets.UTF_8));
        } catch (TraceQlException declared) {
            if (declared.line() < 1
                    || declared.column() < 1
                    || declared.excerpt().isEmpty()) {
                throw new AssertionError("A refusal without a place", declared);
            }
            return;
        }
        String text = pipeline.toString();
        Pipeline again;
        try {
            again = TraceQl.parse(text);
        } catch (TraceQlException refused) {
            throw new AssertionError("Cannot read what it printed: " + text, refused);
        }
        if (!again.equals(pipeline)) {
            throw new AssertionError("Reads something else in what it printed: " + text);
        }
    }
}
