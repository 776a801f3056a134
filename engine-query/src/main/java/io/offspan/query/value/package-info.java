/**
 * What a span has for a field, and what is calculated from that: sources, which give a scalar where the bytes lie. Knows {@code
 * io.offspan.query.ast} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query.value;

import org.jspecify.annotations.NullMarked;
