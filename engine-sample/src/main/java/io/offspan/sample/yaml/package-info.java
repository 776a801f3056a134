/**
 * YAML: values with their places, so that what is wrong is named by line and path.
 *
 * <p>May know {@code core.value} for the root of its exceptions.
 */
@NullMarked
package io.offspan.sample.yaml;

import org.jspecify.annotations.NullMarked;
