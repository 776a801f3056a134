/** The {@code offspan} command.
 * Nothing depends on it.
 *
 * <p>May know {@code core.value}.
 */
@NullMarked
package io.offspan.cli;

import org.jspecify.annotations.NullMarked;
