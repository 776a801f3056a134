package io.offspan.otel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnfitNoticesTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicLong unfit = new AtomicLong();
    private final UnfitNotices notices = new UnfitNotices(now::get, unfit::get);
    private final LogLines log = new LogLines();

    @AfterEach
    void close() {
        log.close();
    }

    private void fail(Throwable cause) {
        unfit.incrementAndGet();
        notices.unfit(cause);
    }

    @Test
    void saysAtOnceWhyTheFirstSpanWasNotStored() {
        fail(new NoClassDefFoundError("io/opentelemetry/api/common/ValueType"));
        assertThat(log.lines()).hasSize(1);
        assertThat(log.lines().get(0))
                .contains("1 span was dropped", "offspan.store.spans.dropped")
                .contains("NoClassDefFoundError: io/opentelemetry/api/common/ValueType");
    }

    @Test
    void saysNoMoreThanOnceInAMinute() {
        for (int i = 0; i < 1000; i++) {
            fail(new IllegalStateException("number " + i));
        }
        assertThat(log.lines()).hasSize(1);
        now.addAndGet(UnfitNotices.NANOS_BETWEEN - 1);
        fail(new IllegalStateException("within the minute"));
        assertThat(log.lines()).hasSize(1);
        now.incrementAndGet();
        fail(new IllegalStateException("two\nlines"));
        assertThat(log.lines()).hasSize(2);
        assertThat(log.lines().get(1)).contains("1001 spans were dropped", "two lines");
    }

    @Test
    void leavesTheLineOfAThreadWithoutStackToTheNextSpan() {
        fail(new StackOverflowError());
        assertThat(log.lines()).isEmpty();
        notices.catchUp();
        notices.catchUp();
        assertThat(log.lines()).hasSize(1);
        assertThat(log.lines().get(0)).contains("1 span was", "StackOverflowError");
    }
}
