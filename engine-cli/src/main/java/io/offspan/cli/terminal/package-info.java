/** How a command speaks: answers, messages, tables, progress, exit statuses. Knows no other room of Offspan. */
@NullMarked
package io.offspan.cli.terminal;

import org.jspecify.annotations.NullMarked;
