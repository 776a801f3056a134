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
        FilterLimits.check(
                "Depth of a filter",
                depth,
                FilterLimits.MAX_DEPTH,
                "put less into one another; where && and || alternate, parentheses around what belongs together help");
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

    static void checkSpansets(List<Spanset> parts, String operator) {
        if (parts.size() < 2) {
            throw new QueryException(
                    QueryException.Reason.SYNTAX,
                    "\"" + operator + "\" of " + parts.size() + " choices of spans; it joins two or more");
        }
        checkSize(depthOfSpansets(parts), nodesOfSpansets(parts));
    }

    static int depthOfSpansets(List<Spanset> parts) {
        int depth = 0;
        for (Spanset part : parts) {
            depth = Math.max(depth, part.depth());
        }
        return 1 + depth;
    }

    static int nodesOfSpansets(List<Spanset> parts) {
        long nodes = 1;
        for (Spanset part : parts) {
            nodes += part.nodes();
        }
        return (int) Math.min(nodes, Integer.MAX_VALUE);
    }

    /** Both operators share one level between spansets, too. */
    static String joinSpansets(List<Spanset> parts, String operator) {
        return parts.stream().map(Tree::leftmost).collect(Collectors.joining(operator));
    }

    /** Returns the text of a choice of spans where everything stays together that binds closer than {@code &&}. */
    static String leftmost(Spanset spanset) {
        boolean close = spanset instanceof Related || spanset instanceof Except;
        return close ? spanset.toString() : grouped(spanset);
    }

    static void checkStages(List<Stage> stages) {
        if (stages.isEmpty() || !(stages.get(0) instanceof Spanset)) {
            throw new QueryException(
                    QueryException.Reason.SYNTAX,
                    "A pipeline that begins with " + (stages.isEmpty() ? "nothing" : stages.get(0))
                            + "; it begins with spans, such as { }");
        }
        FilterLimits.check("Stages of a pipeline", stages.size(), FilterLimits.MAX_STAGES, "ask in several queries");
    }

    /** Refuses what is no pipeline in another one; what fields an answer has is said once, for the whole. */
    static void checkInnerStages(List<Stage> stages) {
        checkStages(stages);
        for (Stage stage : stages) {
            if (stage instanceof Selection) {
                throw new QueryException(
                        QueryException.Reason.SYNTAX, stage + " in parentheses; put it after the whole query");
            }
        }
    }

    static int depthOfStages(List<Stage> stages) {
        int depth = 0;
        for (Stage stage : stages) {
            if (stage instanceof Spanset spanset) {
                depth = Math.max(depth, spanset.depth());
            } else if (stage instanceof Aggregation aggregation) {
                depth = Math.max(
                        depth,
                        1
                                + Math.max(
                                        aggregation.left().depth(),
                                        aggregation.right().depth()));
            }
        }
        return 1 + depth;
    }

    static long nodesOfStages(List<Stage> stages) {
        long nodes = 0;
        for (Stage stage : stages) {
            nodes += stage.nodes();
        }
        return nodes;
    }

    static String joinStages(List<Stage> stages) {
        return stages.stream().map(Stage::toString).collect(Collectors.joining(" | "));
    }

    /** Returns the text of a choice of spans as a side of an operator that binds as close as any. */
    static String grouped(Spanset spanset) {
        return spanset instanceof Matching || spanset instanceof Piped ? spanset.toString() : "(" + spanset + ")";
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
