/** How a command speaks: answers, messages, tables, progress, exit statuses. Knows nobody. */
@NullMarked
package io.offspan.cli.terminal;

import org.jspecify.annotations.NullMarked;
