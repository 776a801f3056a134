/** What a piece of work costs: time, processor time, allocation, memory, disk. Knows the room of results. */
@NullMarked
package io.offspan.bench.measure;

import org.jspecify.annotations.NullMarked;
