package io.offspan.junit;

import io.offspan.codec.span.SpanDraft;
import io.offspan.core.SpanStore;
import io.offspan.core.value.AppendResult;
import io.offspan.otel.OffspanSpanProcessor;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test of JUnit a store of its own in a temporary directory, and an OpenTelemetry that records into it.
 *
 * <pre>{@code
 * class CheckoutTest {
 *     @RegisterExtension
 *     final OffspanExtension offspan = OffspanExtension.create();
 *
 *     @Test
 *     void asksTheCartOnce() {
 *         new Checkout(offspan.openTelemetry()).buy("book");
 *         assertThat(offspan.spans()).onlyTrace()
 *                 .has("{ name = \"checkout\" } >> { resource.service.name = \"cart\" }")
 *                 .hasNoErrors();
 *     }
 * }
 * }</pre>
 *
 * <p>The OpenTelemetry is the same for all tests, so that a service may be started with it once; a span belongs to the test in which it
 * ends, and one that ends between two tests is not kept. A host that makes its own SDK adds {@link #processor()} to it instead.
 * {@code @ExtendWith(OffspanExtension.class)} does as well, with parameters of the types {@link StoredSpans}, {@link OpenTelemetry} and
 * {@link SpanStore}.
 *
 * <p>A span is stored when {@code end()} returns, so that a test sees its own without waiting. For those of other threads, see {@link
 * SpansAssert#within}.
 *
 * <p><b>Threads.</b> One test at a time, whose threads may all end spans; tests that run at once need an extension each, in a field that is not
 * static. <b>Owns</b> the store and its directory for as long as a test runs.
 *
 * <p><b>Fails</b> before the test when the store cannot be opened, and says why.
 */
public final class OffspanExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private final OffspanSpanProcessor processor = OffspanSpanProcessor.into(this::append);
    private final OpenTelemetrySdk openTelemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(
                    SdkTracerProvider.builder().addSpanProcessor(processor).build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final StoredSpans spans = new StoredSpans(this::current, this::requireAllStored);

    private volatile @Nullable TemporaryStore current;
    private volatile int lastRefusal;
    /** The test that runs; one that was refused ends, too. */
    private @Nullable String owner;

    private long refusedBefore;

    /** Makes an extension; JUnit does that by itself for {@code @ExtendWith}. */
    public OffspanExtension() {}

    /** Makes an extension for a field with {@code @RegisterExtension}. */
    public static OffspanExtension create() {
        return new OffspanExtension();
    }

    /** Returns the OpenTelemetry that records into the store of the test that runs; it samples every span. */
    public OpenTelemetry openTelemetry() {
        return openTelemetry;
    }

    /** Returns a tracer of {@link #openTelemetry()}. */
    public Tracer tracer(String name) {
        return openTelemetry.getTracer(name);
    }

    /** Returns what records spans into the store of the test that runs, for a host that makes its own SDK. */
    public SpanProcessor processor() {
        return processor;
    }

    /** Returns the spans that the test that runs has stored so far, to be asked as often as wanted. */
    public StoredSpans spans() {
        return spans;
    }

    /** Returns the store of the test that runs. */
    public SpanStore store() {
        return current().store();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        synchronized (this) {
            if (current != null) {
                throw new IllegalStateException("'" + context.getDisplayName()
                        + "' begins while another test uses the same OffspanExtension; give tests that run at once one each, in"
                        + " a field that is not static");
            }
            refusedBefore = processor.refused();
            lastRefusal = 0;
            current = new TemporaryStore();
            owner = context.getUniqueId();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TemporaryStore ended;
        synchronized (this) {
            if (!context.getUniqueId().equals(owner)) {
                return;
            }
            ended = current;
            current = null;
            owner = null;
        }
        if (ended != null) {
            ended.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == StoredSpans.class || type == OpenTelemetry.class || type == SpanStore.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == StoredSpans.class ? spans : type == OpenTelemetry.class ? openTelemetry : store();
    }

    private long append(SpanDraft draft) {
        TemporaryStore open = current;
        if (open == null) {
            return AppendResult.CLOSED;
        }
        int result = open.store().append(draft);
        if (result < 0) {
            lastRefusal = result;
        }
        return result;
    }

    private TemporaryStore current() {
        TemporaryStore open = current;
        if (open == null) {
            throw new IllegalStateException(
                    "No test runs that this OffspanExtension knows, so there are no spans; register it by"
                            + " @RegisterExtension or @ExtendWith, and ask it from @BeforeEach to @AfterEach");
        }
        return open;
    }

    /** An answer without them could be taken for a proof that they were never made. */
    private void requireAllStored() {
        long lost = processor.refused() - refusedBefore;
        if (lost > 0) {
            int why = lastRefusal;
            throw new IllegalStateException(lost + (lost == 1 ? " span of this test was" : " spans of this test were")
                    + " not stored, so that nothing can be said of all of them"
                    + (why == 0 ? "; the log says why" : "; the last for " + AppendResult.name(why)));
        }
    }
}
