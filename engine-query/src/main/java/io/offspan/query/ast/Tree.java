package io.offspan.query.ast;

import java.util.List;
import java.util.stream.Collectors;

/** What {@link And}, {@link Or} and {@link Not} have in common: size, limits and text of a list of filters. */
final class Tree {
    private Tree() {}

    static void check(List<Filter> filters) {
        checkSize(depth(filters), nodes(filters));
    }

    static void checkSize(int depth, long nodes) {
        FilterLimits.check("Depth of a filter", depth, FilterLimits.MAX_DEPTH, "flatten chains of and and or");
        FilterLimits.check("Nodes of a filter", nodes, FilterLimits.MAX_NODES, "ask in several queries instead");
    }

    static int depth(List<Filter> filters) {
        int depth = 0;
        for (Filter filter : filters) {
            depth = Math.max(depth, filter.depth());
        }
        return depth + 1;
    }

    static int nodes(List<Filter> filters) {
        long nodes = 1;
        for (Filter filter : filters) {
            nodes += filter.nodes();
        }
        return (int) Math.min(nodes, Integer.MAX_VALUE);
    }

    private static boolean isList(Filter filter) {
        return filter instanceof And and && !and.filters().isEmpty()
                || filter instanceof Or or && !or.filters().isEmpty();
    }

    /** In TraceQL both operators share one level, so that every nested list stands in parentheses. */
    static String join(List<Filter> filters, String operator) {
        if (filters.size() == 1) {
            return "(" + filters.get(0) + ")";
        }
        return filters.stream()
                .map(filter -> isList(filter) ? "(" + filter + ")" : filter.toString())
                .collect(Collectors.joining(operator));
    }
}
