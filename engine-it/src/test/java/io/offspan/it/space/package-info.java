/** Small disks: what the store takes of one, what it leaves to others, and what it does when there is no more. */
package io.offspan.it.space;
