package io.offspan.query.traceql;

import io.offspan.query.ast.Constant;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.ast.MetricsQuery.QuantileRule;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.QueryException.Reason;
import io.offspan.query.traceql.Token.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads what a query asks for by the way: {@code with (…)} at its end. An exact answer in order needs none but exemplars and the rule of
 * quantiles; the names are looked at all the same, since one that is misspelt is a mistake.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Hints {
    private static final String EXEMPLARS = "exemplars";
    private static final String QUANTILE = "quantile";

    private final Tokens tokens;
    private final ConditionParser conditions;
    /** Of the last {@code with (…)}, which replaces those before. */
    private final Map<String, Operand> hints = new HashMap<>();

    private final Map<String, Integer> places = new HashMap<>();

    Hints(Tokens tokens, ConditionParser conditions) {
        this.tokens = tokens;
        this.conditions = conditions;
    }

    Hints read() {
        while (tokens.peek().is(Kind.WORD) && tokens.peek().text().equals("with")) {
            hints.clear();
            tokens.take();
            tokens.expect(Kind.OPEN, "\"(\"");
            hint();
            while (tokens.peek().is(Kind.COMMA)) {
                tokens.take();
                hint();
            }
            tokens.expect(Kind.CLOSE, "\",\" or \")\"");
        }
        return this;
    }

    private void hint() {
        Token name = tokens.take();
        if (!name.is(Kind.WORD) || !Vocabulary.HINTS.contains(name.text())) {
            String nearest = name.is(Kind.WORD) && name.text().length() <= 64
                    ? Vocabulary.nearest(name.text(), Vocabulary.HINTS)
                    : null;
            throw tokens.unexpected(name, "a hint: " + String.join(", ", Vocabulary.HINTS), nearest);
        }
        if (!tokens.peek().is(Kind.COMPARISON) || !tokens.peek().text().equals("=")) {
            throw tokens.unexpected(tokens.peek(), "\"=\" and a constant", null);
        }
        tokens.take();
        Piece value = conditions.value();
        if (!(conditions.pieces().value(value) instanceof Constant constant)) {
            throw tokens.source()
                    .refused(
                            Reason.TYPE,
                            value.at(),
                            "Hint " + name.text() + " is no constant",
                            "as in with (most_recent=true)");
        }
        hints.put(name.text(), constant.value());
        places.put(name.text(), value.at());
    }

    /** Returns the question for a metric with what was read. */
    MetricsQuery question(Metric metric) {
        return conditions
                .pieces()
                .built(places.getOrDefault(EXEMPLARS, 0), () -> new MetricsQuery(metric, exemplars(), quantiles()));
    }

    private int exemplars() {
        Operand hint = hints.getOrDefault(EXEMPLARS, new Operand.Truth(false));
        if (hint instanceof Operand.Truth wanted) {
            return wanted.value() ? MetricsQuery.MAX_EXEMPLARS : 0;
        }
        if (hint instanceof Operand.Whole number && !number.duration()) {
            return (int) Math.max(-1, Math.min(number.value(), Integer.MAX_VALUE));
        }
        throw refused(EXEMPLARS, hint, "write true, false or how many for each series");
    }

    private QuantileRule quantiles() {
        Operand hint = hints.get(QUANTILE);
        if (hint == null) {
            return QuantileRule.EXACT;
        }
        for (QuantileRule rule : QuantileRule.values()) {
            if (hint instanceof Operand.Text text && text.value().equalsIgnoreCase(rule.name())) {
                return rule;
            }
        }
        throw refused(QUANTILE, hint, "write \"exact\" or \"log2\"");
    }

    private TraceQlException refused(String name, Operand hint, String instead) {
        return tokens.source()
                .refused(Reason.TYPE, places.getOrDefault(name, 0), "Hint " + name + " is " + hint, instead);
    }
}
