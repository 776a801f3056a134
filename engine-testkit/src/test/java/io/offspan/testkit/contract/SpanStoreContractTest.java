package io.offspan.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The contract is kept by a store that is right, and by none that is wrong. */
class SpanStoreContractTest {
    /** A run makes some thirty lives at random; what three in four runs find, one of ten does. */
    private static final int MOST_RUNS = 10;

    private static ListStore.Fault fault = ListStore.Fault.NONE;

    /** The contract of a store with the fault of the moment; named so that it is run from here only. */
    static class OfListStore extends SpanStoreContract {
        @Override
        protected StoreUnderTest open() {
            return new ListStore(fault);
        }
    }

    @Test
    void aRightStoreKeepsIt() {
        TestExecutionSummary summary = run(ListStore.Fault.NONE);
        assertThat(summary.getFailures()).isEmpty();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = ListStore.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aWrongStoreIsFound(ListStore.Fault wrong) {
        assertThat(IntStream.range(0, MOST_RUNS).anyMatch(run -> run(wrong).getTotalFailureCount() > 0))
                .isTrue();
    }

    private static TestExecutionSummary run(ListStore.Fault with) {
        fault = with;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(OfListStore.class))
                .configurationParameter("jqwik.database", "target/jqwik-database-of-contract")
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .configurationParameter("jqwik.shrinking.default", "OFF")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }
}
