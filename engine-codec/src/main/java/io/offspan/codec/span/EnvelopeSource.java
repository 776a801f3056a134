package io.offspan.codec.span;

/** What can be written as an envelope: a resource or a scope. Immutable, so that what was written once is so for good. */
public interface EnvelopeSource {
    /** Returns it as drafts and blocks have it, a new one at each call. */
    Envelope toEnvelope();
}
