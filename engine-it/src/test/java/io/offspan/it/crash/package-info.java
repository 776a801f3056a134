/** Kills of writing and recovering processes, and what is left of their spans. */
package io.offspan.it.crash;
