/**
 * Protobuf, of which OTLP is made: two readers, of a byte array and of memory, and one writer. They know fields and their wire types, not
 * what they mean.
 *
 * <p>May know {@code codec} for its exception and {@code codec.wire}.
 */
@NullMarked
package io.offspan.codec.proto;

import org.jspecify.annotations.NullMarked;
