/**
 * Regular expressions of users, which neither compile nor match for ever. The only library here is RE2/J, and nobody else knows it.
 *
 * <p>Knows nobody.
 */
@NullMarked
package io.offspan.core.pattern;

import org.jspecify.annotations.NullMarked;
