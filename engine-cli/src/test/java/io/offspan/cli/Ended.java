package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.offspan.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How a run of the command ended, and what it said. */
record Ended(int status, String out, String err) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Runs the command in this process. */
    static Ended of(Object... arguments) {
        return of(InputStream.nullInputStream(), arguments);
    }

    /** Runs the command in this process, with something on its standard input. */
    static Ended of(InputStream in, Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int status = Offspan.run(
                terminal, Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return new Ended(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The one JSON object that standard output must consist of. */
    JsonNode json() {
        try (JsonParser parser = JSON.createParser(out)) {
            JsonNode object = JSON.readTree(parser);
            assertThat(object).as("standard output: %s", out).isNotNull();
            assertThat(object.isObject()).as("an object: %s", out).isTrue();
            assertThat(parser.nextToken())
                    .as("something behind the object: %s", out)
                    .isNull();
            return object;
        } catch (IOException e) {
            throw new AssertionError("Standard output is no JSON: " + out + "\n" + err, e);
        }
    }

    Ended expect(int expected) {
        assertThat(status).as("status of: %s%n%s", out, err).isEqualTo(expected);
        assertThat(err).doesNotContain("\tat ");
        return this;
    }
}
