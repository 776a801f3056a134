/** What an open store costs its host at rest, and how soon a reader sees what was appended. Knows {@code io.offspan.it.gate}. */
@NullMarked
package io.offspan.it.pace;

import org.jspecify.annotations.NullMarked;
