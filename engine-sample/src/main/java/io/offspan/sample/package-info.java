/**
 * Sampling: which traces are kept whole, decided by policies from the spans of the log.
 *
 * <p>May know {@code codec}, {@code core}, {@code query} and {@code export.sampling}.
 */
@NullMarked
package io.offspan.sample;

import org.jspecify.annotations.NullMarked;
