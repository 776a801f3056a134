package io.offspan.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.core.value.SpanStoreException;
import org.junit.jupiter.api.Test;

class JvmAccessTest {
    @Test
    void aTestedJdkIsNoReasonForDoubt() {
        assertThat(JvmAccess.doubt(17)).isNull();
        assertThat(JvmAccess.doubt(25)).isNull();
    }

    @Test
    void aNewerJdkIsWarnedOfAndNotRefused() {
        assertThat(JvmAccess.doubt(26)).contains("17 to 25", "26", "-Doffspan.jvm.check=false");
    }

    @Test
    void anOlderJdkIsRefused() {
        assertThatThrownBy(() -> JvmAccess.doubt(16))
                .isInstanceOf(SpanStoreException.Unsupported.class)
                .hasMessageContaining("JDK 17 or newer, this is 16");
    }
}
