/**
 * Segments: the read side of the log by our own framing and mappings, with no queue library behind it.
 *
 * <p>May know {@code codec}, {@code core.value}, {@code core.fault} and {@code core.files}.
 */
@NullMarked
package io.offspan.core.segment;

import org.jspecify.annotations.NullMarked;
