/**
 * What keeps the indexes of a store's segments up with the log, and shows them to those who ask.
 *
 * <p>May know {@code query.index}, {@code core} and {@code codec}.
 */
@NullMarked
package io.offspan.query.keep;

import org.jspecify.annotations.NullMarked;
