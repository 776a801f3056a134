/**
 * What every store of spans has to do, as a test that others extend: a model, questions, and lives of a store at random.
 *
 * <p>May know {@code testkit.otlp}.
 */
@NullMarked
package io.offspan.testkit.contract;

import org.jspecify.annotations.NullMarked;
