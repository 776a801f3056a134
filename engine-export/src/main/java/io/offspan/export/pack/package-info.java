/**
 * Packing: the bodies of requests, compressed in the way that was asked for or that samples of them speak for.
 *
 * <p>May know nobody.
 */
@NullMarked
package io.offspan.export.pack;

import org.jspecify.annotations.NullMarked;
