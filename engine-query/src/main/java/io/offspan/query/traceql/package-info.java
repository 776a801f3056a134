/**
 * TraceQL as text: {@link io.offspan.query.traceql.TraceQl} reads it into a {@link io.offspan.query.ast.Pipeline}, which prints it back.
 * Knows {@code io.offspan.query.ast} only.
 */
@NullMarked
package io.offspan.query.traceql;

import org.jspecify.annotations.NullMarked;
