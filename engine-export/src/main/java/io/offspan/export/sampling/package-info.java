/**
 * Sampling as an exporter sees it: who decides which spans of the log a destination gets, and what was decided.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.export.sampling;

import org.jspecify.annotations.NullMarked;
