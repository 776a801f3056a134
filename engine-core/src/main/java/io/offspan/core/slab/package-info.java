/**
 * The slab file: its header page, the slabs that spans are committed in, the writer's name in it, and the copies that readers take.
 *
 * <p>May know {@code codec}, {@code core.value}, {@code core.fault} and {@code core.files}.
 */
@NullMarked
package io.offspan.core.slab;

import org.jspecify.annotations.NullMarked;
