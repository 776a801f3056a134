/**
 * Rules that the packages of a module keep, held against its compiled classes.
 *
 * <p>Knows nobody. Its library is ArchUnit, which whoever uses it brings.
 */
@NullMarked
package io.offspan.testkit.code;

import org.jspecify.annotations.NullMarked;
