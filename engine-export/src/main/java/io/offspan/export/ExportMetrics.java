package io.offspan.export;

import io.offspan.core.value.Metric;
import io.offspan.core.value.Metric.Kind;
import io.offspan.core.value.Reading;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.sampling.SamplingTally;
import io.offspan.export.sampling.SamplingTally.OfPolicy;
import io.offspan.export.send.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The metrics of an exporter, and what they are by what it says of itself.
 *
 * <p>A span that was read from the log is exported, waits, or was left out for a reason, which {@code error.type} names.
 *
 * <p><b>Threads.</b> Any.
 */
public final class ExportMetrics {
    private static final String NAME = "otel.component.name";
    private static final String TYPE = "otel.component.type";
    private static final String ERROR = "error.type";
    private static final String OUTCOME = "outcome";
    private static final String STATE_NAME = "state";
    private static final String DECISION = "decision";
    private static final String POLICY = "policy";
    private static final String REQUEST = "{request}";

    private static final Metric EXPORTED = new Metric(
            "otel.sdk.exporter.span.exported",
            Kind.COUNTER,
            "{span}",
            "Spans whose export has ended, with the reason where it has failed");
    private static final Metric WAITING = new Metric(
            "offspan.export.spans.waiting",
            Kind.LEVEL,
            "{span}",
            "Spans in the log that the destination has not acknowledged");
    private static final Metric LAG_BYTES =
            new Metric("offspan.export.lag.size", Kind.LEVEL, "By", "Bytes of the log that those take");
    private static final Metric LAG_SECONDS =
            new Metric("offspan.export.lag.age", Kind.GAUGE, "s", "How long ago the oldest of them came to the log");
    private static final Metric REQUESTS = new Metric(
            "offspan.export.requests",
            Kind.COUNTER,
            REQUEST,
            "Requests that were answered, or not, by what came of them");
    private static final Metric ENCODED =
            new Metric("offspan.export.body.encoded", Kind.COUNTER, "By", "OTLP bytes of accepted requests");
    private static final Metric SENT = new Metric(
            "offspan.export.body.sent", Kind.COUNTER, "By", "Bytes of all bodies sent, compressed, repeated ones too");
    private static final Metric PAUSES =
            new Metric("offspan.export.pauses", Kind.COUNTER, "{pause}", "Times that the destination was paused");
    private static final Metric CHECKPOINTS_FAILED = new Metric(
            "offspan.export.checkpoints.failed",
            Kind.COUNTER,
            "{checkpoint}",
            "Checkpoints that the disk did not take");
    private static final Metric DAMAGED = new Metric(
            "offspan.export.blocks.damaged", Kind.COUNTER, "{block}", "Damaged blocks of the log that were left out");
    private static final Metric NOT_KEPT = new Metric(
            "offspan.export.sampling.spans.dropped",
            Kind.COUNTER,
            "{span}",
            "Spans that were not sent because sampling policies do not keep their trace");
    private static final Metric SAMPLED = new Metric(
            "offspan.export.sampling.traces",
            Kind.COUNTER,
            "{trace}",
            "Traces that sampling policies have decided about, by the policy on whose account that was");
    private static final Metric UNDECIDED = new Metric(
            "offspan.export.sampling.traces.waiting", Kind.LEVEL, "{trace}", "Traces that wait for their decision");
    private static final Metric EARLY = new Metric(
            "offspan.export.sampling.traces.early",
            Kind.COUNTER,
            "{trace}",
            "Traces decided before their time, because too many waited");
    private static final Metric STATE = new Metric(
            "offspan.export.state",
            Kind.LEVEL,
            "{exporter}",
            "1 for the state that the exporter is in, 0 for the others");

    private ExportMetrics() {}

    /** Returns all metrics of an exporter. */
    public static List<Metric> all() {
        return List.of(
                EXPORTED,
                WAITING,
                LAG_BYTES,
                LAG_SECONDS,
                REQUESTS,
                ENCODED,
                SENT,
                PAUSES,
                CHECKPOINTS_FAILED,
                DAMAGED,
                NOT_KEPT,
                SAMPLED,
                UNDECIDED,
                EARLY,
                STATE);
    }

    /** Returns what they are for an exporter by these settings. */
    public static List<Reading> of(ExportConfig config, ExportStatus status) {
        boolean grpc = config.protocol() == Protocol.GRPC;
        Map<String, String> exporter = Map.of(
                NAME, config.checkpointName(), TYPE, grpc ? "otlp_grpc_span_exporter" : "otlp_http_span_exporter");
        List<Reading> readings = new ArrayList<>();
        readings.add(new Reading(EXPORTED, exporter, status.spans() - status.rejectedSpans()));
        readings.add(new Reading(EXPORTED, with(exporter, ERROR, "rejected"), status.rejectedSpans()));
        readings.add(new Reading(EXPORTED, with(exporter, ERROR, "poisoned"), status.poisonedSpans()));
        readings.add(new Reading(EXPORTED, with(exporter, ERROR, "too_large"), status.tooLargeSpans()));
        readings.add(new Reading(EXPORTED, with(exporter, ERROR, "unreadable"), status.unreadableSpans()));
        readings.add(new Reading(EXPORTED, with(exporter, ERROR, "retired"), status.lostSpans()));
        readings.add(new Reading(WAITING, exporter, status.lagSpans()));
        readings.add(new Reading(LAG_BYTES, exporter, status.lagBytes()));
        readings.add(new Reading(LAG_SECONDS, exporter, status.lagSeconds()));
        readings.add(new Reading(REQUESTS, with(exporter, OUTCOME, "accepted"), status.batches()));
        readings.add(new Reading(REQUESTS, with(exporter, OUTCOME, "retried"), status.retries()));
        readings.add(new Reading(REQUESTS, with(exporter, OUTCOME, "refused"), status.refusals()));
        readings.add(new Reading(ENCODED, exporter, status.encodedBytes()));
        readings.add(new Reading(SENT, exporter, status.wireBytes()));
        readings.add(new Reading(PAUSES, exporter, status.pauses()));
        readings.add(new Reading(CHECKPOINTS_FAILED, exporter, status.checkpointFailures()));
        readings.add(new Reading(DAMAGED, exporter, status.damagedBlocks()));
        if (status.sampling() != null) {
            readings.add(new Reading(NOT_KEPT, exporter, status.notKeptSpans()));
            addSampling(readings, exporter, status.sampling());
        }
        for (State state : State.values()) {
            Map<String, String> attributes =
                    with(exporter, STATE_NAME, state.name().toLowerCase(Locale.ROOT));
            readings.add(new Reading(STATE, attributes, status.state() == state ? 1 : 0));
        }
        return readings;
    }

    /** A trace that no policy was in favour of is dropped on nobody's account. */
    private static void addSampling(List<Reading> readings, Map<String, String> exporter, SamplingTally tally) {
        Map<String, String> kept = with(exporter, DECISION, "kept");
        Map<String, String> dropped = with(exporter, DECISION, "dropped");
        for (OfPolicy each : tally.policies()) {
            readings.add(new Reading(
                    SAMPLED, with(kept, POLICY, each.name()), each.keptBy().traces()));
            readings.add(new Reading(
                    SAMPLED,
                    with(dropped, POLICY, each.name()),
                    each.droppedBy().traces()));
        }
        readings.add(new Reading(SAMPLED, with(dropped, POLICY, ""), tally.unclaimed()));
        readings.add(new Reading(UNDECIDED, exporter, tally.waiting()));
        readings.add(new Reading(EARLY, exporter, tally.early()));
    }

    private static Map<String, String> with(Map<String, String> exporter, String name, String value) {
        Map<String, String> more = new HashMap<>(exporter);
        more.put(name, value);
        return Map.copyOf(more);
    }
}
