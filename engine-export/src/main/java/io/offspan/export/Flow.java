package io.offspan.export;

import io.offspan.export.pack.Effort;

/**
 * How much an exporter sends at once.
 *
 * @param batchBytes the most bytes of a request before compression
 * @param requests the most requests under way at once
 * @param effort how much time goes into compressing each
 */
public record Flow(int batchBytes, int requests, Effort effort) {
    Flow ofBytes(int bytes) {
        return new Flow(bytes, requests, effort);
    }

    Flow ofRequests(int most) {
        return new Flow(batchBytes, most, effort);
    }

    Flow of(Effort other) {
        return new Flow(batchBytes, requests, other);
    }

    @Override
    public String toString() {
        return batchBytes + " bytes, " + requests + (requests == 1 ? " request" : " requests") + " at once, effort "
                + effort.word();
    }
}
