/**
 * Sending: one request over HTTP and what its answer means for the spans in it. Knows the JDK, and {@code io.offspan.core} for the root of its exceptions.
 */
@NullMarked
package io.offspan.export.send;

import org.jspecify.annotations.NullMarked;
