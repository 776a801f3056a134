/**
 * How a question is answered: by a filter for single spans, or trace by trace.
 *
 * <p>May know {@code query.ast}.
 */
@NullMarked
package io.offspan.query.plan;

import org.jspecify.annotations.NullMarked;
