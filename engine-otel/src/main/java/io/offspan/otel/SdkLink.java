package io.offspan.otel;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the OpenTelemetry on the class path has what the mapping of spans needs, tried on a span of its SDK.
 *
 * <p>An older one lacks types that each span needs, so that all of them would be lost one by one, each in the middle of a request.
 *
 * <p><b>Threads.</b> Any. <b>Fails</b> never: what is wrong is {@link #problem()}.
 */
final class SdkLink {
    /** The oldest release with all that is used; {@code scripts/embedders.sh} runs it, and one that is older. */
    static final String OLDEST = "1.42.0";

    private static final Logger LOG = Logger.getLogger("io.offspan.otel");
    private static final @Nullable String PROBLEM = tried();
    private static final AtomicBoolean SAID = new AtomicBoolean();

    private SdkLink() {}

    /** Returns in one line what was found, what is needed and what to do, or null where all is well. */
    static @Nullable String problem() {
        return PROBLEM;
    }

    /** Says once in this JVM what is wrong, for a host that hands us its store and so gets no other line. */
    static void warn() {
        if (PROBLEM != null && SAID.compareAndSet(false, true)) {
            LOG.warning("Offspan: no span is stored, all are counted as refused; the service runs. " + PROBLEM);
        }
    }

    private static @Nullable String tried() {
        Mapping mapping = new Mapping();
        try (SdkTracerProvider provider =
                SdkTracerProvider.builder().addSpanProcessor(mapping).build()) {
            span(provider);
        } catch (LinkageError failed) {
            return problem(failed);
        }
        LinkageError failed = mapping.failure;
        return failed == null ? null : problem(failed);
    }

    private static String problem(LinkageError failure) {
        return "OpenTelemetry's " + version(SpanData.class, "SDK") + " with " + version(OpenTelemetry.class, "API")
                + " is on the class path, " + OLDEST + " or newer is needed (" + failure
                + "): raise the version of io.opentelemetry:opentelemetry-bom.";
    }

    private static String version(Class<?> type, String part) {
        String version = type.getPackage().getImplementationVersion();
        return part + " " + (version == null ? "of an unknown version" : version);
    }

    /** Ends a span that has one of everything. */
    private static void span(SdkTracerProvider provider) {
        Attributes attributes = Attributes.builder()
                .put("text", "a")
                .put("number", 1L)
                .put("fraction", 0.5)
                .put("flag", true)
                .put(AttributeKey.stringArrayKey("texts"), List.of("a", "b"))
                .build();
        SpanContext remote = SpanContext.createFromRemoteParent(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00f067aa0ba902b7",
                TraceFlags.getSampled(),
                TraceState.builder().put("key", "value").build());
        Span span = provider.get("io.offspan.otel")
                .spanBuilder("link check")
                .setParent(Context.root().with(Span.wrap(remote)))
                .setSpanKind(SpanKind.SERVER)
                .setAllAttributes(attributes)
                .addLink(remote, attributes)
                .startSpan();
        span.addEvent("event", attributes);
        span.setStatus(StatusCode.ERROR, "described");
        span.end();
    }

    /** Maps what ends, and stores it nowhere. */
    private static final class Mapping implements SpanProcessor {
        private @Nullable LinkageError failure;

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            try {
                new SpanDataMapper().map(span.toSpanData());
            } catch (LinkageError failed) {
                failure = failed;
            }
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
