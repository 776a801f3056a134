package io.offspan.sample;

import io.offspan.export.sampling.SamplingRules;
import io.offspan.export.sampling.SpanSampler;
import io.offspan.sample.policy.HeadRatio;
import io.offspan.sample.policy.PolicySet;
import io.offspan.sample.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The policies by which traces are kept, read from YAML in the shape of the collector's tail sampling processor.
 *
 * <pre>{@code
 * decision_wait: 10s
 * policies:
 *   - {name: errors, type: status_code, status_code: {status_codes: [ERROR]}}
 *   - {name: slow, type: latency, latency: {threshold_ms: 500}}
 *   - {name: checkout, type: traceql, traceql: '{ resource.service.name = "checkout" }'}
 * }</pre>
 *
 * <p>Or {@code head_sampling: {probability: 0.1}}, by which each span is kept or not at once.
 *
 * <p>What is not known is refused by its name and line, never passed over. docs/operations.md says what each policy means.
 *
 * <p><b>Fails</b> with a {@link SamplingException}. <b>Threads.</b> Immutable.
 */
public final class SamplingPolicies implements SamplingRules {
    private final @Nullable HeadRatio head;
    private final @Nullable PolicySet tail;

    private SamplingPolicies(@Nullable HeadRatio head, @Nullable PolicySet tail) {
        this.head = head;
        this.tail = tail;
    }

    /** Reads a file of UTF-8 text. */
    public static SamplingPolicies read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new SamplingException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); name a file of UTF-8 text", e);
        }
        return parse(file.toString(), text);
    }

    /** Reads a text. */
    public static SamplingPolicies parse(String text) {
        return parse("Policies", text);
    }

    private static SamplingPolicies parse(String where, String text) {
        try {
            HeadRatio head = HeadRatio.read(text);
            return new SamplingPolicies(head, head == null ? PolicySet.read(text) : null);
        } catch (YamlException refused) {
            throw new SamplingException(where + ": " + refused.getMessage(), refused);
        }
    }

    @Override
    public SpanSampler newSampler() {
        return head == null ? new TailSampler(this) : new HeadSampler(head);
    }

    /** Returns what is said of whole traces. */
    PolicySet set() {
        if (tail == null) {
            throw new IllegalArgumentException(
                    "The text has head_sampling, by which no trace waits for a decision; ask newSampler, or write policies");
        }
        return tail;
    }
}
