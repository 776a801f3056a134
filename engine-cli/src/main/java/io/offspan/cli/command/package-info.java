/**
 * The commands on stores: fill, ask, look into, export, check.
 *
 * <p>May know {@code codec}, {@code core}, {@code query}, {@code export}, {@code parquet}, {@code sample}, {@code cli.terminal}, {@code cli.input} and
 * {@code cli.metrics}.
 */
@NullMarked
package io.offspan.cli.command;

import org.jspecify.annotations.NullMarked;
