/**
 * Places at which tests end the process or plant a bug; without the property that arms one they fold away.
 *
 * <p>Knows nobody.
 */
@NullMarked
package io.offspan.core.fault;

import org.jspecify.annotations.NullMarked;
