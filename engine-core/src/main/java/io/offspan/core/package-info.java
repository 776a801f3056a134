/**
 * Slabs, log, segments and followers: everything between an appended span and its place on disk. The doors of the core:
 * a host imports from here and from {@code value}; all other packages below are internal and change without notice.
 *
 * <p>May know {@code codec}.
 */
@NullMarked
package io.offspan.core;

import org.jspecify.annotations.NullMarked;
