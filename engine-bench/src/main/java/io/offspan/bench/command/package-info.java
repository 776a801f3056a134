/** The commands of {@code offspan bench}. */
@NullMarked
package io.offspan.bench.command;

import org.jspecify.annotations.NullMarked;
