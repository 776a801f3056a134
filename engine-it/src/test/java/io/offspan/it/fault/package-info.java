/** Errors in the middle of a span, damage on the disk, readers of what is being written, and what the store may not do to its host. */
package io.offspan.it.fault;
