/**
 * Slabs, log, segments and followers: everything between an appended span and its place on disk. Knows {@code
 * io.offspan.codec} only.
 */
@NullMarked
package io.offspan.core;

import org.jspecify.annotations.NullMarked;
