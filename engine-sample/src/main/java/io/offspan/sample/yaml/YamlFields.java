package io.offspan.sample.yaml;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The fields of a mapping, each asked for by its name; {@link #end} refuses those that nobody asked for.
 *
 * <p><b>Fails</b> with a {@link YamlException}, also for a field that stands there twice.
 */
public final class YamlFields {
    private final YamlValue mapping;
    private final Map<String, YamlValue> values = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    YamlFields(YamlValue mapping, MappingNode node) {
        this.mapping = mapping;
        for (NodeTuple field : node.getValue()) {
            if (!(field.getKeyNode() instanceof ScalarNode key)) {
                throw mapping.wrong("has a field whose name is no text");
            }
            YamlValue value = mapping.child(field.getValueNode(), YamlValue.shown(key.getValue()));
            if (values.putIfAbsent(key.getValue(), value) != null) {
                throw value.wrong("stands there twice; leave one of them");
            }
        }
    }

    /** Returns the names of all fields, in their order. */
    public Set<String> names() {
        return values.keySet();
    }

    /** Returns a field, or null where it is missing. */
    public @Nullable YamlValue get(String name) {
        known.add(name);
        return values.get(name);
    }

    /** Returns a field that has to be there. */
    public YamlValue require(String name) {
        YamlValue value = get(name);
        if (value == null) {
            throw mapping.wrong("has no field '" + name + "'; add it");
        }
        return value;
    }

    /** Returns a whole number within bounds, or what counts where the field is missing. */
    public long whole(String name, long missing, long least, long most) {
        YamlValue value = get(name);
        return value == null ? missing : value.whole(least, most);
    }

    /** Returns a truth; a field that is missing is false. */
    public boolean truth(String name) {
        YamlValue value = get(name);
        return value != null && value.truth();
    }

    /** Returns what to throw about the mapping as a whole. */
    public YamlException wrong(String what) {
        return mapping.wrong(what);
    }

    /** Refuses a field that nobody asked for. */
    public void end() {
        for (Map.Entry<String, YamlValue> field : values.entrySet()) {
            if (!known.contains(field.getKey())) {
                throw field.getValue()
                        .wrong("is not known here; known are "
                                + known.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }
}
