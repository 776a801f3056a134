/**
 * Questions about stored spans: {@link io.offspan.query.Query} is asked of a {@link io.offspan.query.QueryEngine}. Its rooms
 * are {@code ast} (what is asked), {@code traceql} (how that is written), {@code value} (what a span has), {@code test} (whether it
 * passes), {@code index} (where spans are), {@code keep} (how that is kept up), {@code plan} (what is asked of which), {@code scan} (single spans), {@code trace} (whole
 * traces) and {@code discover} (what there is, counted); here they are put together.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.query;

import org.jspecify.annotations.NullMarked;
