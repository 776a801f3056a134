package io.offspan.cli.command;

import io.offspan.query.Query;
import picocli.CommandLine.Option;

/** A listing of what the spans have that a query in an option leaves. */
abstract class FilteredListing extends DiscoveryCommand {
    @Option(
            names = "--where",
            paramLabel = "TRACEQL",
            defaultValue = QueryText.ALL,
            description = "Only spans that this query leaves.")
    private String where = QueryText.ALL;

    @Override
    final Query question() {
        return QueryText.parse(where);
    }
}
