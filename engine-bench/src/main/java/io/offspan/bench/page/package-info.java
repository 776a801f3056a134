/** A report as one page of HTML that loads nothing: tables that stand without scripts, and charts. Knows reports and goals. */
@NullMarked
package io.offspan.bench.page;

import org.jspecify.annotations.NullMarked;
