/** What the gates of the store share: spans that prove their own content, and their count. */
package io.offspan.it.gate;
