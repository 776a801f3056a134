/** The {@code offspan} command.
 * Nothing depends on it.
 *
 * <p>May know {@code core.value}, {@code query.ast} and {@code query.discover}.
 */
@NullMarked
package io.offspan.cli;

import org.jspecify.annotations.NullMarked;
