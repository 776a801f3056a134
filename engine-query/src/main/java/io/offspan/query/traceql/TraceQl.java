package io.offspan.query.traceql;

import io.offspan.query.ast.FilterLimits;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.Pipeline;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.ast.Question;

/**
 * Reads TraceQL.
 *
 * <pre>{@code
 * Pipeline slow = TraceQl.parse("{ resource.service.name = \"cart\" && duration >= 100ms } | count() > 2");
 * }</pre>
 *
 * <p>The text of a pipeline is canonical: {@code parse(pipeline.toString())} equals the pipeline. What the language has and this
 * engine does not answer is refused by its name, never answered empty.
 *
 * <p><b>Fails</b> with {@link TraceQlException} for everything else that is not a question, whatever its size.
 */
public final class TraceQl {
    private TraceQl() {}

    /** Reads a query for spans. */
    public static Pipeline parse(String text) {
        if (read(text) instanceof Pipeline pipeline) {
            return pipeline;
        }
        throw new Source(text)
                .refused(
                        Reason.TYPE,
                        0,
                        "A metric where spans are asked for",
                        "ask for its series, or leave out the function at its end");
    }

    /** Reads a query for numbers over time. */
    public static MetricsQuery parseMetrics(String text) {
        if (read(text) instanceof MetricsQuery query) {
            return query;
        }
        throw new Source(text)
                .refused(
                        Reason.TYPE,
                        0,
                        "Spans where a metric is asked for",
                        "put a function behind them, as in { } | rate()");
    }

    /** Reads a query, whatever it asks for. */
    public static Question read(String text) {
        Source source = new Source(text);
        if (text.length() > FilterLimits.MAX_QUERY_CHARS) {
            throw source.refused(
                    Reason.LIMIT,
                    FilterLimits.MAX_QUERY_CHARS,
                    "a query of " + text.length() + " characters",
                    "allowed are " + FilterLimits.MAX_QUERY_CHARS + ", ask in several queries");
        }
        return new PipelineParser(source).parse();
    }
}
