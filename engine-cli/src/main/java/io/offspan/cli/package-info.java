/** The {@code offspan} command.
 * Nothing depends on it.
 *
 * <p>May know {@code core.value} and {@code query.ast}.
 */
@NullMarked
package io.offspan.cli;

import org.jspecify.annotations.NullMarked;
