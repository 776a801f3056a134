package io.offspan.core.retain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeletionNoticeTest {
    private static final long START = -5;
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final DeletionNotice notice = new DeletionNotice();

    @Test
    void theFirstDeletionIsSaidAtOnceAndThoseAfterItTogetherAMinuteLater() {
        assertThat(notice.due(START)).isNull();
        notice.deleted(30, false);
        assertThat(notice.due(START))
                .isEqualTo("1 segments with 30 spans were deleted: 1 for the budget, 0 for their age");
        notice.deleted(10, false);
        notice.deleted(20, true);
        assertThat(notice.due(START + MINUTE - 1)).isNull();
        notice.deleted(5, true);
        assertThat(notice.due(START + MINUTE))
                .isEqualTo("3 segments with 35 spans were deleted: 1 for the budget, 2 for their age");
        assertThat(notice.due(START + 9 * MINUTE)).isNull();
    }
}
