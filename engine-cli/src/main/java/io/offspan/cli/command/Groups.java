package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Layout.Column;
import io.offspan.cli.terminal.Table;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.codec.model.Value;
import io.offspan.query.ast.Field;
import io.offspan.query.discover.GroupCount;
import io.offspan.query.discover.GroupCounts;
import io.offspan.query.scan.ScanOutcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups of an answer, for people and as JSON. */
record Groups(GroupCounts counts) {
    private static final String ABSENT = "(absent)";

    /** Tells them; returns what the count took. */
    ScanOutcome tell(Terminal terminal, ObjectNode answer) {
        List<Field> fields = counts.fields();
        List<Column> columns = new ArrayList<>();
        columns.add(Column.beginning("SPANS", 5));
        fields.forEach(field -> columns.add(Column.text(field.toString(), 8)));
        Table table = new Table(columns);
        ArrayNode groups = answer.putArray("groups");
        for (GroupCount group : counts.groups()) {
            ObjectNode object = groups.addObject();
            ObjectNode by = object.putObject("by");
            List<String> cells = new ArrayList<>();
            cells.add(Long.toString(group.spans()));
            for (int i = 0; i < fields.size(); i++) {
                @Nullable Value value = group.values().get(i);
                Columns.put(by, fields.get(i), value);
                cells.add(value == null ? ABSENT : Columns.text(fields.get(i), value));
            }
            Json.put(object, "spans", group.spans());
            table.add(cells.toArray(String[]::new));
        }
        Json.put(answer, "groupsBeyond", counts.groupsBeyond());
        Json.put(answer, "spansBeyond", counts.spansBeyond());
        Json.put(answer, "matched", counts.spans());
        if (!terminal.json()) {
            table.print(terminal);
            if (counts.groupsBeyond() > 0) {
                terminal.note(Units.count(counts.groupsBeyond(), "more group") + " of "
                        + Units.count(counts.spansBeyond(), "span") + " beyond --limit");
            }
        }
        return counts.outcome();
    }
}
