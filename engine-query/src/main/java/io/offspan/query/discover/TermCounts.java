package io.offspan.query.discover;

import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Postings;
import io.offspan.query.index.Scope;
import io.offspan.query.index.Term;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the indexed spans of a part of the store by the terms of a field, without a look at any span.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class TermCounts {
    /** How many spans have a term. */
    record Counted(Term term, long spans) {}

    private final Postings postings = new Postings();
    private final Postings other = new Postings();

    /** Returns where an index has the values of a field, or null where it has them nowhere or not all alike. */
    static @Nullable Scope scopeOf(Field field) {
        if (field instanceof Attribute attribute) {
            return switch (attribute.scope()) {
                case SPAN -> Scope.SPAN;
                case RESOURCE -> Scope.RESOURCE;
                case INSTRUMENTATION -> Scope.INSTRUMENTATION;
                case EVENT -> Scope.EVENT;
                case LINK -> Scope.LINK;
                case ANY -> null;
            };
        }
        if (!(field instanceof Intrinsic intrinsic)) {
            return null;
        }
        return switch (intrinsic) {
            case NAME -> Scope.NAME;
            case KIND -> Scope.KIND;
            case STATUS -> Scope.STATUS;
            case SERVICE -> Scope.SERVICE;
            case EVENT_NAME -> Scope.EVENT_NAME;
            default -> null;
        };
    }

    private static String keyOf(Field field) {
        return field instanceof Attribute attribute ? attribute.key() : "";
    }

    /**
     * Returns how many spans have each term of a field, or null when the index does not know it exactly or it takes longer than to visit
     * the spans.
     *
     * @param among the spans to count
     */
    @Nullable
    List<Counted> of(LeafIndex index, Field field, String prefix, Among among) {
        List<Term> terms = terms(index, field, prefix);
        if (terms == null || terms.size() > among.cost()) {
            return null;
        }
        List<Counted> counts = new ArrayList<>();
        for (Term term : terms) {
            Answer answer = index.lookup(term, false, postings);
            if (answer == Answer.NOTHING) {
                continue;
            }
            if (answer != Answer.EXACT || among.isTooLong()) {
                return null;
            }
            long spans = among.count(postings);
            if (spans > 0) {
                counts.add(new Counted(term, spans));
            }
        }
        return counts;
    }

    private static @Nullable List<Term> terms(LeafIndex index, Field field, String prefix) {
        Scope scope = scopeOf(field);
        List<Term> terms = new ArrayList<>();
        return scope != null && index.terms(scope, keyOf(field), prefix, terms::add) ? terms : null;
    }

    /** Returns how many spans have two terms, each of which was counted exactly. */
    long inCommon(LeafIndex index, Term one, Term another) {
        index.lookup(one, false, postings);
        index.lookup(another, false, other);
        return postings.countInCommon(other);
    }
}
