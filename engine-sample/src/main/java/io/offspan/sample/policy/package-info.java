/**
 * Policies: what each says of a trace, and what they say together.
 *
 * <p>May know {@code sample.trace} for what a trace is asked, {@code sample.yaml} to be read, {@code sample.ratio} for thresholds, and {@code codec} and {@code query} for
 * conditions on spans.
 */
@NullMarked
package io.offspan.sample.policy;

import org.jspecify.annotations.NullMarked;
