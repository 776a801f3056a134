/**
 * Questions as Grafana asks them of Tempo.
 *
 * <p>May know {@code server.http}.
 */
@NullMarked
package io.offspan.server.tempo;

import org.jspecify.annotations.NullMarked;
