/**
 * How a question is answered: by a filter for single spans, or trace by trace. Knows {@code io.offspan.query.ast}.
 */
@NullMarked
package io.offspan.query.plan;

import org.jspecify.annotations.NullMarked;
