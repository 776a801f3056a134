/**
 * Questions as Grafana asks them of Tempo, and answers in Tempo's shape.
 *
 * <p>May know {@code codec}, {@code core}, {@code query}, {@code server.http} and {@code server.json}.
 */
@NullMarked
package io.offspan.server.tempo;

import org.jspecify.annotations.NullMarked;
