/**
 * Filters as immutable values, whoever wrote them: the fluent calls of a host or a query language.
 *
 * <p>May know {@code codec.span} for the kinds and states of spans, and {@code core.pattern}.
 */
@NullMarked
package io.offspan.query.ast;

import org.jspecify.annotations.NullMarked;
