/**
 * Raw memory and the primitive encodings: the memory seam, UTF-8, hexadecimal.
 *
 * <p>Knows nobody. The only library here is Chronicle Bytes. Everything that touches an address does it through {@link io.offspan.codec.wire.Memory}, so that one class has to change when {@code Unsafe} goes.
 */
@NullMarked
package io.offspan.codec.wire;

import org.jspecify.annotations.NullMarked;
