package io.offspan.query.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.Leaf;
import io.offspan.query.index.LeafIndex;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JoinedLeavesTest {
    /** A store of two leaves whose index is damaged, and cut while it is read. */
    private static final class Store implements Leaves {
        private boolean refused;
        private boolean open;
        private boolean unreadable;

        @Override
        public void renew() {
            if (unreadable) {
                throw new IllegalStateException("no directory");
            }
            open = true;
        }

        @Override
        public int count() {
            return 2;
        }

        @Override
        public Leaf leaf(int number) {
            throw new AssertionError();
        }

        @Override
        public @Nullable LeafIndex index(int number) {
            return null;
        }

        @Override
        public void refuseIndex() {
            refused = true;
        }

        @Override
        public boolean wasIndexWhole() {
            return !refused;
        }

        @Override
        public int unreachable() {
            return 0;
        }

        @Override
        public void close() {
            open = false;
        }
    }

    private final Store first = new Store();
    private final Store second = new Store();
    private final JoinedLeaves joined = new JoinedLeaves(List.of(first, second));

    @Test
    void whatIsSaidOfAnIndexReachesTheStoreThatItIsOf() {
        joined.renew();
        joined.index(2);
        assertThat(joined.wasIndexWhole()).isTrue();
        joined.refuseIndex();
        assertThat(second.refused).isTrue();
        assertThat(first.refused).isFalse();
        assertThat(joined.wasIndexWhole()).isFalse();
        joined.index(1);
        assertThat(joined.wasIndexWhole()).isTrue();
    }

    @Test
    void noStoreStaysOpenWhereTheNextCannotBeRead() {
        second.unreadable = true;
        assertThatThrownBy(joined::renew).hasMessage("no directory");
        assertThat(first.open).isFalse();
    }
}
