/**
 * Spans as plain immutable values: what queries give back and what hosts build resources, scopes and structured values from.
 *
 * <p>May know {@code codec} for its exception, {@code codec.otlp}, {@code codec.proto}, {@code codec.span} and {@code codec.wire}.
 */
@NullMarked
package io.offspan.codec.model;

import org.jspecify.annotations.NullMarked;
