/** Disks that are small, full, frozen or taken away: what the store takes of one, what it leaves to others, and how it goes on afterwards. */
package io.offspan.it.space;
