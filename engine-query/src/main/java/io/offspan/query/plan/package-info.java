/**
 * How a question is put to a part of a store: what its index is asked for and what is asked of the spans, leaf by leaf.
 *
 * <p>May know {@code query.ast}, {@code query.index}, {@code query.test}, {@code query.value} and {@code codec}.
 */
@NullMarked
package io.offspan.query.plan;

import org.jspecify.annotations.NullMarked;
