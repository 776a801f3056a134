/** What the gates share: child processes, spans that prove their own content, and the line in which a gate reports. */
package io.offspan.it.gate;
