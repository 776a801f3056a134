/**
 * The values that both the doors and the rooms inside speak in: what became of an append, why a store cannot be used, counts, and places
 * in the log.
 *
 * <p>Knows nobody.
 */
@NullMarked
package io.offspan.core.value;

import org.jspecify.annotations.NullMarked;
