/** Filters as immutable values, whoever wrote them: the fluent calls of a host or a query language. Knows nobody. */
@NullMarked
package io.offspan.query.ast;

import org.jspecify.annotations.NullMarked;
