package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.codec.span.SpanStatus;
import io.offspan.codec.wire.Hex;
import io.offspan.query.ast.Absent;
import io.offspan.query.ast.And;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.Not;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.Or;
import io.offspan.query.index.Scope;
import io.offspan.query.index.SetIndex;
import io.offspan.query.index.Term;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.testkit.gate.Gate;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever an index knows, and however far it goes, a search by its help finds what a scan of all spans finds.
 *
 * <p>{@code -Doffspan.filters.seed=…} repeats a run, {@code -Doffspan.filters.count=…} asks for more.
 */
class PlannerModelTest {
    private static final int FILTERS = Integer.getInteger("offspan.filters.count", Gate.size(150, 300));
    private static final int SPANS_PER_BLOCK = 100;

    private final long seed = Long.getLong("offspan.filters.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<ExportTraceServiceRequest> requests = new RandomSpans(random).requests(1_500);
    private final TestBlocks blocks = TestBlocks.of(requests, SPANS_PER_BLOCK);
    private final FilterGenerator generator = new FilterGenerator(ModelSpan.of(requests), random);
    private final QueryEngine scan = new QueryEngine(blocks::leaves);

    private int exact;
    private int nothing;
    private int chosen;
    private int all;
    private int byTimes;
    private int lookedUpTogether;

    @Test
    void aSearchByIndexFindsWhatAScanFinds() {
        List<Filter> equalities = equalities();
        for (int i = 0; i < FILTERS; i++) {
            compare(question(equalities));
        }
        System.out.printf(
                "%d filters by index equal the scan: %d exact, %d nothing, %d chosen, %d all, %d by times; seed %d%n",
                FILTERS, exact, nothing, chosen, all, byTimes, seed);
        assertThat(List.of(exact, nothing, chosen, all, byTimes, lookedUpTogether))
                .as("seed %d", seed)
                .doesNotContain(0);
    }

    /** Returns comparisons that an index helps with, of every kind that there is. */
    private List<Filter> equalities() {
        List<Filter> found = new ArrayList<>();
        found.add(Intrinsic.PARENT_ID.isAbsent());
        found.add(Filter.status(SpanStatus.ERROR));
        for (int tries = 0; tries < 20_000 && found.size() < 80; tries++) {
            collect(generator.next(), found);
        }
        assertThat(found).as("seed %d", seed).hasSizeGreaterThan(40);
        return found;
    }

    private static void collect(Filter filter, List<Filter> into) {
        if (filter instanceof And and) {
            and.filters().forEach(part -> collect(part, into));
        } else if (filter instanceof Or or) {
            or.filters().forEach(part -> collect(part, into));
        } else if (filter instanceof Not not) {
            collect(not.filter(), into);
        } else if (filter instanceof Comparison comparison && comparison.operator() == Operator.EQUAL) {
            into.add(filter);
        }
    }

    private Filter question(List<Filter> equalities) {
        Filter one = equalities.get(random.nextInt(equalities.size()));
        Filter other = equalities.get(random.nextInt(equalities.size()));
        return switch (random.nextInt(12)) {
            case 0 -> one;
            case 7 -> Filter.name("nobody").and(one);
            case 1 -> one.and(other);
            case 8 -> Filter.service("a").and(other).and(Filter.status(SpanStatus.ERROR));
            case 2 -> one.or(other);
            case 3 -> one.and(generator.next());
            case 4 -> one.or(generator.next());
            case 5 -> one.and(generator.duration()).or(other.and(one));
            case 6 ->
                one.or(other)
                        .and(equalities.get(random.nextInt(equalities.size())).or(one))
                        .and(generator.duration());
            case 9 -> one.and(generator.time()).and(generator.time());
            case 10 -> generator.time().and(generator.duration());
            default -> random.nextInt(5) == 0 ? Filter.all() : one.not().and(other);
        };
    }

    private void compare(Filter filter) {
        int rows = 1 + random.nextInt(blocks.count());
        int indexed = Math.min(rows * SPANS_PER_BLOCK, matching(Filter.all()).length());
        SetIndex index = new SetIndex(indexed, rows, random);
        tell(filter, index);
        if (random.nextBoolean()) {
            index.putTimes(blocks.readers());
        }
        QueryEngine engine = new QueryEngine(() -> blocks.leaves(index));
        int limit = 1 + random.nextInt(30);
        PreparedQuery prepared = engine.prepare(Query.where(filter).limit(limit));
        LeafPlans plan = prepared.explain().get(0);
        String context = filter + " by " + plan + ", seed " + seed;
        ScanOutcome counted = prepared.tally();
        assertThat(counted.spansMatched())
                .as(context)
                .isEqualTo(matching(filter).cardinality());
        assertThat(ordinals(prepared.find()))
                .as(context)
                .isEqualTo(ordinals(scan.find(Query.where(filter).limit(limit))));
        assertThat(prepared.count()).as(context).isEqualTo(counted.spansMatched());
        tally(plan, counted, context);
    }

    private void tally(LeafPlans plan, ScanOutcome counted, String context) {
        int spans = matching(Filter.all()).length();
        if (plan.access().startsWith("nothing")) {
            nothing++;
            assertThat(counted.spansVisited()).as(context).isLessThanOrEqualTo(spans - plan.spansIndexed());
        } else if (plan.exact()) {
            exact++;
            assertThat(counted.spansVisited()).as(context).isLessThanOrEqualTo(spans - plan.spansIndexed());
        } else if (plan.access().equals("all")) {
            all++;
        } else {
            chosen++;
        }
        byTimes += plan.access().endsWith("times") ? 1 : 0;
        lookedUpTogether += plan.access().contains(" && ") ? 1 : 0;
    }

    /** Tells an index of all that a filter could ask it. */
    private void tell(Filter filter, SetIndex index) {
        if (filter instanceof And and) {
            and.filters().forEach(part -> tell(part, index));
            tellOfErrors(and, index);
        } else if (filter instanceof Or or) {
            or.filters().forEach(part -> tell(part, index));
        } else if (filter instanceof Absent absent && absent.field() == Intrinsic.PARENT_ID) {
            index.put(Term.of(Scope.ROOT, "", true), matching(filter), true);
        } else if (filter instanceof Comparison comparison && comparison.operator() == Operator.EQUAL) {
            tell(comparison.field(), comparison.operand(), index);
        }
    }

    private void tellOfErrors(And and, SetIndex index) {
        for (Filter part : and.filters()) {
            if (part instanceof Comparison comparison
                    && comparison.field() == Intrinsic.SERVICE
                    && comparison.operator() == Operator.EQUAL
                    && comparison.operand() instanceof Operand.Text text) {
                index.put(
                        Term.of(Scope.SERVICE_OF_ERROR, "", text.value()),
                        matching(part.and(Filter.status(SpanStatus.ERROR))),
                        true);
            }
        }
    }

    private void tell(Field field, Operand operand, SetIndex index) {
        if (field == Intrinsic.TRACE_ID) {
            String id = ((Operand.Text) operand).value();
            if (random.nextBoolean()) {
                index.putTrace(
                        Hex.parse(id, 0, 16),
                        Hex.parse(id, 16, 32),
                        matching(new Comparison(field, Operator.EQUAL, operand)));
            }
        } else if (field instanceof Attribute attribute && attribute.scope() == AttributeScope.ANY) {
            for (AttributeScope scope : AttributeScope.values()) {
                if (scope != AttributeScope.ANY) {
                    tell(new Attribute(scope, attribute.key()), operand, index);
                }
            }
        } else {
            Term term = Term.ofEqual(field, operand);
            if (term != null) {
                boolean hasKey = !(field instanceof Attribute attribute)
                        || !matching(attribute.exists()).isEmpty();
                index.put(term, matching(new Comparison(field, Operator.EQUAL, operand)), hasKey);
            }
        }
    }

    private BitSet matching(Filter filter) {
        BitSet set = new BitSet();
        ordinals(scan.find(Query.where(filter).limit(Query.MAX_LIMIT))).forEach(ordinal -> set.set(ordinal.intValue()));
        return set;
    }

    private static List<Long> ordinals(SpanCursor spans) {
        List<Long> found = new ArrayList<>();
        try (spans) {
            while (spans.next()) {
                found.add(spans.ordinal());
            }
        }
        return found;
    }
}
