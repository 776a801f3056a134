/**
 * The values that both the doors and the rooms inside speak in: what became of an append, why a store cannot be used, counts, places in
 * the log, and what is damaged there.
 *
 * <p>Knows nobody.
 */
@NullMarked
package io.offspan.core.value;

import org.jspecify.annotations.NullMarked;
