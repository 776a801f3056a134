/**
 * The commands on stores: fill, ask, look into, export, check. May know {@code io.offspan.cli.terminal} and {@code
 * io.offspan.cli.input}, and the core and query engines.
 */
@NullMarked
package io.offspan.cli.command;

import org.jspecify.annotations.NullMarked;
