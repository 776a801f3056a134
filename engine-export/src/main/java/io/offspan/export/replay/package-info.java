/**
 * Replay: spans of a time range read from the log once more, and when each is due.
 *
 * <p>May know {@code codec} and {@code core}.
 */
@NullMarked
package io.offspan.export.replay;

import org.jspecify.annotations.NullMarked;
