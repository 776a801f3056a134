/**
 * What there is in a store, and how often: groups of spans, attribute keys and their values.
 *
 * <p>May know {@code query.ast}, {@code query.index}, {@code query.scan}, {@code query.value}, {@code core.segment} for the bounds of blocks, and {@code codec}.
 */
@NullMarked
package io.offspan.query.discover;

import org.jspecify.annotations.NullMarked;
