package io.offspan.cli.command;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.CommandException;
import io.offspan.query.Query;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import io.offspan.query.traceql.TraceQl;
import io.offspan.query.traceql.TraceQlException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A query as the command line takes it. */
final class QueryText {
    /** Every span; what is asked when nothing is. */
    static final String ALL = "{ }";

    private static final int LONGEST_SHOWN = 60;

    private QueryText() {}

    /** Reads a field as TraceQL writes it, such as {@code name} or {@code span.http.route}. */
    static Field field(String option, String text) {
        try {
            List<Stage> stages = TraceQl.parse(ALL + " | select(" + text + ")").stages();
            if (stages.size() == 2
                    && stages.get(1) instanceof Selection selection
                    && selection.fields().size() == 1) {
                return selection.fields().get(0);
            }
        } catch (QueryException refused) {
            throw CommandException.usage(option + " '" + Cells.cut(text, LONGEST_SHOWN)
                    + "' is no field; write one as TraceQL does, such as name, kind, resource.service.name or"
                    + " span.http.route");
        }
        throw CommandException.usage(option + " '" + Cells.cut(text, LONGEST_SHOWN)
                + "' is more than one field; give the option once for each");
    }

    /** Reads TraceQL; refuses what is none with a caret under the place. */
    static Query parse(String text) {
        return read(text, each -> Query.of(TraceQl.parse(each)));
    }

    /** Reads a question for numbers over time; null for one that asks for spans. */
    static @Nullable MetricsQuery metrics(String text) {
        return read(text, TraceQl::read) instanceof MetricsQuery query ? query : null;
    }

    private static <T> T read(String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (TraceQlException refused) {
            throw CommandException.usage(
                    refused.getMessage() + "\n" + refused.excerpt(), refused.line(), refused.column());
        } catch (QueryException refused) {
            throw CommandException.usage(String.valueOf(refused.getMessage()));
        }
    }
}
