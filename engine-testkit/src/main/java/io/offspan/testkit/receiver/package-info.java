/**
 * A receiver of OTLP over HTTP whose answers are scripted, right ones, wrong ones and none, for tests of whatever sends spans.
 *
 * <p>Knows the JDK's sockets and protobuf's messages of OpenTelemetry; no other room of Offspan.
 */
@NullMarked
package io.offspan.testkit.receiver;

import org.jspecify.annotations.NullMarked;
