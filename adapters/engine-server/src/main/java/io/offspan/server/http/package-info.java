/**
 * Ports, requests and answers, by Jetty, which nobody else knows.
 *
 * <p>Knows nobody.
 */
@NullMarked
package io.offspan.server.http;

import org.jspecify.annotations.NullMarked;
