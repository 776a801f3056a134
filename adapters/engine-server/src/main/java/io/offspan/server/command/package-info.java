/**
 * The command {@code offspan serve}.
 *
 * <p>May know {@code core}, {@code query} and {@code server}. Its library is picocli, which a host need not have.
 */
@NullMarked
package io.offspan.server.command;

import org.jspecify.annotations.NullMarked;
