/**
 * The page, from the files beside these classes.
 *
 * <p>May know {@code server.http}.
 */
@NullMarked
package io.offspan.server.web;

import org.jspecify.annotations.NullMarked;
