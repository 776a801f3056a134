/**
 * Filters compiled for flyweights, and the scan that runs them over blocks. Knows {@code io.offspan.query.ast}, {@code
 * io.offspan.core} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query.exec;

import org.jspecify.annotations.NullMarked;
