package io.offspan.export;

import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;

/**
 * How much an exporter sends at once, and how it compresses that.
 *
 * @param batchBytes the most bytes of a request before compression
 * @param requests the most requests under way at once
 * @param effort how much time goes into compressing each
 * @param compression and in which way, never {@link Compression#AUTO}
 */
public record Flow(int batchBytes, int requests, Effort effort, Compression compression) {
    Flow ofBytes(int bytes) {
        return new Flow(bytes, requests, effort, compression);
    }

    Flow ofRequests(int most) {
        return new Flow(batchBytes, most, effort, compression);
    }

    Flow of(Effort other) {
        return new Flow(batchBytes, requests, other, compression);
    }

    Flow of(Compression other) {
        return new Flow(batchBytes, requests, effort, other);
    }

    @Override
    public String toString() {
        return batchBytes + " bytes, " + requests + (requests == 1 ? " request" : " requests") + " at once, effort "
                + effort.word() + ", " + compression.word();
    }
}
