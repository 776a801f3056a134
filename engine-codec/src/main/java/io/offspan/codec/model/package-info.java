/**
 * Spans as plain immutable values: what queries give back and what hosts build resources, scopes and structured values from.
 *
 * <p>May know all other packages of the codec.
 */
@NullMarked
package io.offspan.codec.model;

import org.jspecify.annotations.NullMarked;
