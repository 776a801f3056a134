/**
 * The bytes of spans and their meaning: encoders, decoders and layouts, without files, threads or clocks.
 *
 * <p>Knows nobody. The sub-packages depend on each other in one direction: {@code wire} (memory, UTF-8, hex), {@code
 * proto} (protobuf), {@code span} (one span), {@code block} (many spans), {@code otlp} (the exchange format), {@code model}
 * (plain values).
 */
@NullMarked
package io.offspan.codec;

import org.jspecify.annotations.NullMarked;
