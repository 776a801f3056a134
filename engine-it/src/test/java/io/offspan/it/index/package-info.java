/** The index at work: as right as the scan, and never behind an acknowledged span. */
@NullMarked
package io.offspan.it.index;

import org.jspecify.annotations.NullMarked;
