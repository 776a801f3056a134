/**
 * OTLP in JSON and back, by one table of its messages.
 *
 * <p>May know {@code codec}.
 */
@NullMarked
package io.offspan.server.json;

import org.jspecify.annotations.NullMarked;
