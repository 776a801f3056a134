package io.offspan.query.plan;

import io.offspan.query.index.Answer;
import io.offspan.query.index.LeafIndex;
import io.offspan.query.index.Ordinals;
import java.util.List;

/**
 * The spans that have an attribute with a value in one of its scopes. The first scope that has the key decides, so that this is exact
 * only where no more than one scope has it.
 */
final class Anywhere extends Access {
    private final List<Posted> scopes;
    private final AnyOf any;

    Anywhere(List<Posted> scopes) {
        this.scopes = scopes;
        any = new AnyOf(List.copyOf(scopes));
    }

    @Override
    Answer ask(LeafIndex index) {
        Answer answer = any.ask(index);
        if (answer != Answer.EXACT) {
            return answer;
        }
        int withKey = 0;
        for (int i = 0; i < scopes.size(); i++) {
            withKey += index.mayHaveKey(scopes.get(i).term()) ? 1 : 0;
        }
        return withKey > 1 ? Answer.CANDIDATES : Answer.EXACT;
    }

    @Override
    Ordinals walk() {
        return any.walk();
    }

    @Override
    public String toString() {
        return any.toString();
    }
}
