/** Questions about stored spans: index, plans and cursors. Knows {@code io.offspan.core} and {@code io.offspan.codec}. */
@NullMarked
package io.offspan.query;

import org.jspecify.annotations.NullMarked;
