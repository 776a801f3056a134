/**
 * What tests at length share: the line in which a gate reports, how much of it is run, and JVMs of their own for what has to die or to
 * be alone.
 *
 * <p>Knows the JDK only; no other room of Offspan.
 */
@NullMarked
package io.offspan.testkit.gate;

import org.jspecify.annotations.NullMarked;
