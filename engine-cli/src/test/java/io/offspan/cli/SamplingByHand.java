package io.offspan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Counts what sampling policies keep of exported requests, trace by trace, and holds the command against it. */
final class SamplingByHand {
    private record Seen(Resource resource, Span span) {}

    private static final String POLICIES = """
            decision_wait: 24h
            num_traces: 100_000
            policies:
              - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
              - {name: slow, type: latency, latency: {threshold_ms: 100}}
              - {name: middle, type: latency, latency: {threshold_ms: 20, upper_threshold_ms: 200}}
              - {name: large, type: span_count, span_count: {min_spans: 20}}
              - {name: some, type: probabilistic, probabilistic: {sampling_percentage: 25}}
              - name: service
                type: string_attribute
                string_attribute: {key: service.name, values: ['^ts-(order|travel)', cart], enabled_regex_matching: true}
              - name: clients
                type: traceql
                traceql: '{ kind = client && duration > 1ms }'
              - name: lone
                type: and
                and:
                  and_sub_policy:
                    - {name: one, type: span_count, span_count: {max_spans: 1}}
                    - name: no
                      type: not
                      not: {not_sub_policy: {name: e, type: status_code, status_code: {status_codes: [ERROR]}}}
            """;

    private SamplingByHand() {}

    /** Fails unless the command counts of a store what is counted here of its spans. */
    static void check(Path data, List<ExportTraceServiceRequest> stored, Path scratch) throws IOException {
        Path file = Files.writeString(scratch.resolve("policies.yaml"), POLICIES);
        JsonNode answer = Ended.of("export", "--data", data, "--explain-sampling", file, "--json")
                .expect(0)
                .json();
        Schemas.check("export", answer);
        Map<ByteString, List<Seen>> traces = traces(stored);
        Map<String, Predicate<List<Seen>>> policies = policies();
        assertThat(answer.path("sampled").path("traces").asInt()).isEqualTo(traces.size());
        Map<String, String> said = new LinkedHashMap<>();
        answer.path("policies").forEach(policy -> said.put(policy.path("name").asText(), amount(policy.path("keeps"))));
        Map<String, String> counted = new LinkedHashMap<>();
        policies.forEach((name, policy) -> counted.put(name, amount(traces.values(), policy)));
        assertThat(said).isEqualTo(counted);
        assertThat(amount(answer.path("kept")))
                .isEqualTo(amount(
                        traces.values(), trace -> policies.values().stream().anyMatch(policy -> policy.test(trace))));
        System.out.println("sampling counted by hand: " + counted + " of " + traces.size() + " traces");
    }

    private static String amount(JsonNode amount) {
        return amount.path("traces").asInt() + " " + amount.path("spans").asInt();
    }

    private static String amount(Iterable<List<Seen>> traces, Predicate<List<Seen>> kept) {
        int count = 0;
        int spans = 0;
        for (List<Seen> trace : traces) {
            if (kept.test(trace)) {
                count++;
                spans += trace.size();
            }
        }
        return count + " " + spans;
    }

    private static Map<ByteString, List<Seen>> traces(List<ExportTraceServiceRequest> requests) {
        Map<ByteString, List<Seen>> traces = new HashMap<>();
        for (ExportTraceServiceRequest request : requests) {
            for (ResourceSpans resource : request.getResourceSpansList()) {
                for (ScopeSpans scope : resource.getScopeSpansList()) {
                    for (Span span : scope.getSpansList()) {
                        traces.computeIfAbsent(span.getTraceId(), id -> new ArrayList<>())
                                .add(new Seen(resource.getResource(), span));
                    }
                }
            }
        }
        return traces;
    }

    private static Map<String, Predicate<List<Seen>>> policies() {
        Predicate<List<Seen>> errors = any(seen -> seen.span().getStatus().getCode() == StatusCode.STATUS_CODE_ERROR);
        Map<String, Predicate<List<Seen>>> policies = new LinkedHashMap<>();
        policies.put("errors", errors);
        policies.put("slow", trace -> millis(trace) >= 100);
        policies.put("middle", trace -> millis(trace) > 20 && millis(trace) <= 200);
        policies.put("large", trace -> trace.size() >= 20);
        policies.put("some", trace -> isInQuarter(trace.get(0).span().getTraceId()));
        policies.put(
                "service",
                any(seen -> attributes(seen).stream()
                        .filter(attribute -> attribute.getKey().equals("service.name"))
                        .map(attribute -> attribute.getValue().getStringValue())
                        .anyMatch(name ->
                                name.startsWith("ts-order") || name.startsWith("ts-travel") || name.contains("cart"))));
        policies.put(
                "clients",
                any(seen -> seen.span().getKind() == Span.SpanKind.SPAN_KIND_CLIENT
                        && seen.span().getEndTimeUnixNano() - seen.span().getStartTimeUnixNano() > 1_000_000));
        policies.put("lone", trace -> trace.size() <= 1 && !errors.test(trace));
        return policies;
    }

    private static Predicate<List<Seen>> any(Predicate<Seen> test) {
        return trace -> trace.stream().anyMatch(test);
    }

    private static List<KeyValue> attributes(Seen seen) {
        List<KeyValue> all = new ArrayList<>(seen.span().getAttributesList());
        all.addAll(seen.resource().getAttributesList());
        return all;
    }

    private static long millis(List<Seen> trace) {
        long start = trace.stream()
                .mapToLong(seen -> seen.span().getStartTimeUnixNano())
                .min()
                .orElseThrow();
        long end = trace.stream()
                .mapToLong(seen -> seen.span().getEndTimeUnixNano())
                .max()
                .orElseThrow();
        return (end - start) / 1_000_000;
    }

    /** Tells whether the upper two bits of FNV-1a over the collector's salt and the id are zero. */
    private static boolean isInQuarter(ByteString id) {
        long hash = 0xcbf29ce484222325L;
        for (byte each : ByteString.copyFromUtf8("default-hash-seed").concat(id)) {
            hash ^= each & 0xff;
            hash *= 0x100000001b3L;
        }
        return hash >>> 62 == 0;
    }
}
