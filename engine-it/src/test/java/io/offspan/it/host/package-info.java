/** What a host has to bring, and what it need not: flags of its JVM, a directory of its own. */
package io.offspan.it.host;
