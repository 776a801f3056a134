package io.offspan.junit;

import static io.offspan.junit.OffspanAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.offspan.core.SpanStore;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class OffspanExtensionTest {
    private static final AtomicReference<Path> DIRECTORY = new AtomicReference<>();

    /** A class of tests of a host, run by JUnit within the tests here. */
    static class HostCase {
        @RegisterExtension
        static final OffspanExtension OFFSPAN = OffspanExtension.create();

        private static OpenTelemetry service;

        @BeforeAll
        static void startTheService() {
            service = OFFSPAN.openTelemetry();
            service.getTracer("service").spanBuilder("start").startSpan().end();
        }

        @Test
        void seesItsOwnSpan() {
            service.getTracer("service").spanBuilder("first").startSpan().end();
            assertThat(OFFSPAN.spans()).onlyTrace().hasCount(1).has("{ name = \"first\" }");
            DIRECTORY.set(OFFSPAN.store().directory());
        }

        @Test
        void seesNoSpanOfAnotherTest() {
            service.getTracer("service").spanBuilder("second").startSpan().end();
            assertThat(OFFSPAN.spans()).onlyTrace().hasCount(1).has("{ name = \"second\" }");
        }

        @Test
        void asksForWhatIsNotThere() {
            service.getTracer("service").spanBuilder("third").startSpan().end();
            assertThat(OFFSPAN.spans()).onlyTrace().has("{ name = \"fourth\" }");
        }
    }

    /** The same without a field. */
    @ExtendWith(OffspanExtension.class)
    static class ParameterCase {
        @Test
        void getsWhatItAsksFor(OpenTelemetry otel, StoredSpans spans, SpanStore store) {
            otel.getTracer("service").spanBuilder("only").startSpan().end();
            assertThat(spans).onlyTrace().has("{ name = \"only\" }");
            DIRECTORY.set(store.directory());
        }
    }

    /** A host that makes its own SDK. */
    static class OwnSdkCase {
        @RegisterExtension
        final OffspanExtension offspan = OffspanExtension.create();

        @Test
        void storesByTheProcessorAlone() {
            try (SdkTracerProvider provider = SdkTracerProvider.builder()
                    .addSpanProcessor(offspan.processor())
                    .build()) {
                provider.get("service").spanBuilder("own").startSpan().end();
            }
            assertThat(offspan.spans()).onlyTrace().has("{ name = \"own\" }");
        }

        @Test
        void losesAnAttributeThatIsTooLarge() {
            offspan.tracer("service")
                    .spanBuilder("huge")
                    .setAttribute("text", "x".repeat(8 << 20))
                    .startSpan()
                    .end();
            assertThat(offspan.spans()).isEmpty();
        }
    }

    /** Another test begins before one has ended. */
    static class NestedCase {
        @RegisterExtension
        static final OffspanExtension OFFSPAN = OffspanExtension.create();

        @Test
        void beginsAnother() {
            EngineExecutionResults other = run(ClashCase.class);
            other.testEvents().assertStatistics(events -> events.failed(1));
            assertThat(messageOf(other)).endsWith("in a field that is not static");
            assertThat(OFFSPAN.spans()).isEmpty();
        }
    }

    static class ClashCase {
        @RegisterExtension
        static final OffspanExtension SHARED = NestedCase.OFFSPAN;

        @Test
        void isRefused() {}
    }

    private static EngineExecutionResults run(Class<?> hosts) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(hosts))
                .execute();
    }

    private static EngineExecutionResults run(Class<?> hosts, String method) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(hosts, method))
                .execute();
    }

    @Test
    void givesEachTestAStoreOfItsOwn() {
        EngineExecutionResults results = run(HostCase.class);
        results.testEvents().assertStatistics(events -> events.succeeded(2).failed(1));
        assertThat(DIRECTORY.get()).doesNotExist();
        assertThat(DIRECTORY.get().getParent()).doesNotExist();
    }

    @Test
    void resolvesParameters() {
        run(ParameterCase.class).testEvents().assertStatistics(events -> events.succeeded(1));
        assertThat(DIRECTORY.get().getParent()).doesNotExist();
    }

    @Test
    void recordsForAnSdkOfTheHost() {
        run(OwnSdkCase.class, "storesByTheProcessorAlone").testEvents().assertStatistics(events -> events.succeeded(1));
    }

    @Test
    void saysNothingOfSpansWhenOneIsMissing() {
        EngineExecutionResults results = run(OwnSdkCase.class, "losesAnAttributeThatIsTooLarge");
        results.testEvents().assertStatistics(events -> events.failed(1));
        assertThat(messageOf(results))
                .startsWith("1 span of this test was not stored, so that nothing can be said of all of them");
    }

    @Test
    void refusesTwoTestsAtOnce() {
        run(NestedCase.class).testEvents().assertStatistics(events -> events.succeeded(1));
    }

    @Test
    void saysThatNoTestRuns() {
        assertThatIllegalStateException()
                .isThrownBy(() -> OffspanExtension.create().spans().all())
                .withMessageStartingWith("No test runs that this OffspanExtension knows");
    }

    private static String messageOf(EngineExecutionResults results) {
        return results.testEvents().failed().stream()
                .findFirst()
                .flatMap(event -> event.getPayload(TestExecutionResult.class))
                .flatMap(TestExecutionResult::getThrowable)
                .map(Throwable::getMessage)
                .orElse("");
    }
}
