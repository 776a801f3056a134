/**
 * What a span has for a field, and what is calculated from that: sources, which give a scalar where the bytes lie.
 *
 * <p>May know {@code query.ast} and {@code codec}.
 */
@NullMarked
package io.offspan.query.value;

import org.jspecify.annotations.NullMarked;
