package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The schemas of what commands answer with {@code --json}, as users find them beside the documentation. */
final class Schemas {
    static final Path FOLDER = Path.of("..", "docs", "schemas").toAbsolutePath().normalize();

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final Map<String, JsonSchema> KNOWN = new ConcurrentHashMap<>();

    private Schemas() {}

    /** Fails unless an answer is as the schema of a name says. */
    static void check(String name, JsonNode answer) {
        JsonSchema schema = KNOWN.computeIfAbsent(name, Schemas::load);
        assertThat(schema.validate(answer))
                .as("what contradicts docs/schemas/%s.schema.json in %s", name, answer)
                .isEmpty();
    }

    private static JsonSchema load(String name) {
        Path file = FOLDER.resolve(name + ".schema.json");
        assertThat(file).isRegularFile();
        return FACTORY.getSchema(SchemaLocation.of(file.toUri().toString()));
    }
}
