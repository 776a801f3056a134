/**
 * Rules that the packages of a module keep, held against its compiled classes.
 *
 * <p>Knows ArchUnit, which whoever uses it brings; no other room of Offspan.
 */
@NullMarked
package io.offspan.testkit.code;

import org.jspecify.annotations.NullMarked;
