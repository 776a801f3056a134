package io.offspan.query.traceql;

import io.offspan.query.ast.Aggregation;
import io.offspan.query.ast.Figure;
import io.offspan.query.ast.Metric;
import io.offspan.query.ast.Spanset;
import io.offspan.query.ast.Stage;

/** What a part of a query outside braces turned out to be, and where it begins. */
sealed interface Part {
    int at();

    /** Returns what it is called when it is not what was expected. */
    String called();

    /** A choice of spans. */
    record Spans(int at, Spanset spanset) implements Part {
        @Override
        public String called() {
            return "spans";
        }
    }

    /** A number of the spans of a trace. */
    record Number(int at, Figure figure) implements Part {
        @Override
        public String called() {
            return "the number " + figure;
        }
    }

    /** A stage that chooses no spans by itself, such as two numbers compared. */
    record Kept(int at, Stage stage) implements Part {
        @Override
        public String called() {
            return stage instanceof Aggregation ? "a comparison of numbers" : "the stage " + stage;
        }
    }

    /** Numbers of spans over time. */
    record Series(int at, Metric metric) implements Part {
        @Override
        public String called() {
            return "a metric";
        }
    }
}
