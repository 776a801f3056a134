/**
 * Questions about stored spans: {@link io.offspan.query.Query} is asked of a {@link io.offspan.query.QueryEngine}. Knows {@code
 * io.offspan.core} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query;

import org.jspecify.annotations.NullMarked;
