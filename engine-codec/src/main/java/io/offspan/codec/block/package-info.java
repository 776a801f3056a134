/**
 * Many spans as one self-contained block: the layouts, the builder of a block in a slab, the gathering of a slab into a log block, and the reader of both.
 *
 * <p>May know {@code codec} for its exception, {@code codec.wire} and {@code codec.span}.
 */
@NullMarked
package io.offspan.codec.block;

import org.jspecify.annotations.NullMarked;
