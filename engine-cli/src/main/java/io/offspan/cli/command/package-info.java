/**
 * The commands on stores: fill, ask, look into, export, check.
 *
 * <p>May know {@code codec}, {@code core}, {@code query}, {@code export}, {@code cli.terminal} and {@code cli.input}.
 */
@NullMarked
package io.offspan.cli.command;

import org.jspecify.annotations.NullMarked;
