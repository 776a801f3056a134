package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.query.Discovery;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.Listing;
import io.offspan.query.discover.ValueCount;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists attribute keys, or the values of one. */
@Command(
        name = "tags",
        description =
                "Lists the attribute keys of a store with the types of their values, or the values of one key, and how many"
                        + " spans have each.",
        footer = {
            "",
            "A span that has a value several times, in an array or in several events, counts once for it; arrays, lists of keys"
                    + " and bytes are not listed as values.",
            "",
            "Examples:",
            "  offspan tags --data spans",
            "  offspan tags --data spans --scope resource --prefix host.",
            "  offspan tags --data spans http.route --prefix /api/ --where '{ status = error }'",
            "  offspan tags --data spans user.id --limit 1000 --json | jq -r '.values[].value'"
        })
public final class TagsCommand extends FilteredListing {
    /** Where attributes are looked for, by the words of TraceQL. */
    public enum Place {
        SPAN(AttributeScope.SPAN),
        RESOURCE(AttributeScope.RESOURCE),
        INSTRUMENTATION(AttributeScope.INSTRUMENTATION),
        EVENT(AttributeScope.EVENT),
        LINK(AttributeScope.LINK);

        private final AttributeScope scope;

        Place(AttributeScope scope) {
            this.scope = scope;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "KEY", arity = "0..1", description = "List the values of this key.")
    private @Nullable String key;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            description = "Only there: ${COMPLETION-CANDIDATES} (default: each).")
    private @Nullable Place scope;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only keys, or with KEY values, that begin so.")
    private String prefix = "";

    @Override
    int answer(Discovery discovery) {
        AttributeScope in = scope == null ? AttributeScope.ANY : scope.scope;
        ObjectNode answer = Json.object();
        return key == null
                ? keys(discovery.keys(in, prefix), answer)
                : values(discovery.values(in, key, prefix), answer.put("key", key));
    }

    private int keys(Listing<KeyCount> found, ObjectNode answer) {
        ArrayNode rows = answer.putArray("keys");
        Table table = new Table(List.of(
                Column.text("SCOPE", 8), Column.text("KEY", 12), Column.text("TYPE", 6), Column.beginning("SPANS", 5)));
        for (KeyCount each : found.rows()) {
            String place = each.scope().toString();
            String type = each.type().toString();
            ObjectNode row =
                    rows.addObject().put("scope", place).put("key", each.key()).put("type", type);
            Json.put(row, "spans", each.spans());
            table.add(place, each.key(), type, "" + each.spans());
        }
        return end(found, "key", table, answer);
    }

    private int values(Listing<ValueCount> found, ObjectNode answer) {
        ArrayNode rows = answer.putArray("values");
        Table table =
                new Table(List.of(Column.text("SCOPE", 8), Column.text("VALUE", 12), Column.beginning("SPANS", 5)));
        for (ValueCount each : found.rows()) {
            String place = scopeOf(each.field());
            ObjectNode row = rows.addObject().put("scope", place);
            Columns.put(row, "value", each.value());
            Json.put(row, "spans", each.spans());
            table.add(place, each.value().toString(), "" + each.spans());
        }
        return end(found, "value", table, answer);
    }

    private static String scopeOf(Field field) {
        return ((Attribute) field).scope().toString();
    }
}
