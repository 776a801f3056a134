/**
 * Files as the engine uses them: every one is opened, made, reserved, mapped, forced, renamed and deleted through {@link
 * io.offspan.core.files.Disk} and what stands beside it; its owner's lock, its mode, and which file a name leads to.
 *
 * <p>May know {@code codec.wire} and {@code core.value}.
 */
@NullMarked
package io.offspan.core.files;

import org.jspecify.annotations.NullMarked;
