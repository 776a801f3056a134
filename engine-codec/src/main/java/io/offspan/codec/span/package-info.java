/**
 * One span: its draft before it has a place, what a policy lets be stored of it, its line and packed values, and the flyweights that read
 * them.
 *
 * <p>May know {@code codec} for its exception, {@code codec.proto} and {@code codec.wire}.
 */
@NullMarked
package io.offspan.codec.span;

import org.jspecify.annotations.NullMarked;
