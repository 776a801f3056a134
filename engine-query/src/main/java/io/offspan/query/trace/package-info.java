/**
 * Questions about whole traces: their facts, their spans brought together, and the stages of a pipeline.
 *
 * <p>May know {@code query.ast}, {@code query.discover}, {@code query.plan}, {@code query.scan}, {@code query.test}, {@code query.value} and {@code codec}.
 */
@NullMarked
package io.offspan.query.trace;

import org.jspecify.annotations.NullMarked;
