/**
 * The exchange format: OTLP trace requests as bytes, read into drafts and written from views without message objects.
 *
 * <p>May know {@code codec} for its exception, {@code codec.wire}, {@code codec.proto}, {@code codec.span} and {@code codec.block}.
 */
@NullMarked
package io.offspan.codec.otlp;

import org.jspecify.annotations.NullMarked;
