/** The {@code offspan} command. Nothing depends on it. */
@NullMarked
package io.offspan.cli;

import org.jspecify.annotations.NullMarked;
