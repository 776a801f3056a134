/**
 * TraceQL as text: {@link io.offspan.query.traceql.TraceQl} reads it into a {@link io.offspan.query.ast.Pipeline}, which prints it back.
 *
 * <p>May know {@code query.ast}, and {@code codec.span} for the kinds and states of spans.
 */
@NullMarked
package io.offspan.query.traceql;

import org.jspecify.annotations.NullMarked;
