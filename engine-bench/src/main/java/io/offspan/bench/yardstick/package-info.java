/**
 * What the hardware and other libraries do with the same bytes. Each class keeps one foreign library to itself.
 */
@NullMarked
package io.offspan.bench.yardstick;

import org.jspecify.annotations.NullMarked;
