/**
 * The log: the append side of the store, and the only room that knows Chronicle Queue.
 *
 * <p>May know {@code codec}, {@code core.value}, {@code core.fault}, {@code core.files} and {@code core.segment}.
 */
@NullMarked
package io.offspan.core.log;

import org.jspecify.annotations.NullMarked;
