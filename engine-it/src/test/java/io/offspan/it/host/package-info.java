/** What a host has to bring, and what it need not: flags of its JVM. */
package io.offspan.it.host;
