/**
 * Whether a span passes: filters compiled for flyweights. Knows {@code io.offspan.query.ast}, {@code io.offspan.query.value} and
 * {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query.test;

import org.jspecify.annotations.NullMarked;
