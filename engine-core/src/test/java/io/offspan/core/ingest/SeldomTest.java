package io.offspan.core.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeldomTest {
    @Test
    void saysTheFirstTimeAndOnceAnInterval() {
        Seldom seldom = new Seldom(100);
        assertThat(seldom.isDue(-7)).isTrue();
        assertThat(seldom.isDue(-7)).isFalse();
        assertThat(seldom.isDue(92)).isFalse();
        assertThat(seldom.isDue(93)).isTrue();
        assertThat(seldom.isDue(192)).isFalse();
        assertThat(seldom.isDue(1_000)).isTrue();
    }
}
