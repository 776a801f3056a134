/**
 * Questions about whole traces: their facts, their spans brought together, and the stages of a pipeline. Knows {@code
 * io.offspan.query.ast}, {@code io.offspan.query.plan}, {@code io.offspan.query.scan}, {@code io.offspan.query.test}, {@code
 * io.offspan.query.value} and {@code io.offspan.codec}.
 */
@NullMarked
package io.offspan.query.trace;

import org.jspecify.annotations.NullMarked;
