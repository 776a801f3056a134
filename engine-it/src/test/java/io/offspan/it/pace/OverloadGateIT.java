package io.offspan.it.pace;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.core.OverflowPolicy;
import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gate G11: callers that offer more than a store takes know of each span what became of it. What was offered is what is stored and what
 * was dropped by reason, exactly, and the store takes what comes afterwards.
 */
@Timeout(300)
class OverloadGateIT {
    private static final int MILLIS = Gate.size(1_500, 20_000);

    @TempDir
    Path scratch;

    @ParameterizedTest
    @EnumSource
    void whatIsOfferedIsStoredOrCounted(OverflowPolicy policy) throws IOException {
        Map<String, Long> said = overload(policy, "");
        boolean exact = isExact(said);
        boolean overloaded = policy == OverflowPolicy.WAIT || said.get("dropped") > 0;
        boolean good = exact && overloaded && said.get("refusedAfterwards") == 0;
        gate("G11-" + policy.name().toLowerCase(Locale.ROOT), said).report(good);
        assertThat(exact).as("%s", said).isTrue();
        assertThat(overloaded).as("%s", said).isTrue();
        assertThat(said.get("refusedAfterwards")).as("%s", said).isZero();
    }

    @Tag(Gate.AT_LENGTH)
    @ParameterizedTest
    @ValueSource(strings = {"BUG_FREES_UNLOGGED", "BUG_FORGETS_DROPS"})
    void plantedBugTurnsTheGateRed(String bug) throws IOException {
        Map<String, Long> said = overload(OverflowPolicy.DROP, bug);
        gate("G11-" + bug, said).planted(!isExact(said));
        assertThat(isExact(said)).as("%s", said).isFalse();
    }

    private static boolean isExact(Map<String, Long> said) {
        return said.get("offered").equals(said.get("accepted") + said.get("dropped"))
                && said.get("accepted").equals(said.get("countedAccepted"))
                && said.get("dropped").equals(said.get("countedDropped"))
                && said.get("accepted") == said.get("stored") + said.get("retired");
    }

    private static Gate gate(String id, Map<String, Long> said) {
        return new Gate(id, 0)
                .put("millis", MILLIS)
                .put("offered", said.get("offered"))
                .put("stored", said.get("stored"))
                .put("retired", said.get("retired"))
                .put("dropped", said.get("dropped"))
                .put("recovered_us", said.get("recoveredMicros"));
    }

    private Map<String, Long> overload(OverflowPolicy policy, String bug) throws IOException {
        ChildJvm.Builder builder = ChildJvm.of(OverloadHost.class)
                .scratch(scratch)
                .arguments(scratch.resolve("store"), policy.name(), MILLIS);
        if (!bug.isEmpty()) {
            builder.property("offspan.fault", bug);
        }
        try (ChildJvm child = builder.start()) {
            assertThat(child.await(200)).as(child.report()).isZero();
            Map<String, Long> said = new HashMap<>();
            for (String pair : child.output().trim().split("\\s+")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    said.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
                }
            }
            return said;
        }
    }
}
