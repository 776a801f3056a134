/**
 * Slabs, log, segments and followers: everything between an appended span and its place on disk.
 *
 * <p>May know {@code codec}.
 */
@NullMarked
package io.offspan.core;

import org.jspecify.annotations.NullMarked;
