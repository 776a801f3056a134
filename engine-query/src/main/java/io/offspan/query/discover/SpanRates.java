package io.offspan.query.discover;

import io.offspan.codec.model.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many spans have the same values for some fields, and how they went.
 *
 * @param values in the order of the fields, null for none
 * @param errors how many of the spans have the status error
 * @param latency of those that have ended
 */
public record SpanRates(List<@Nullable Value> values, long spans, long errors, Latency latency) {}
