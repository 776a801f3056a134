package io.offspan.sample.policy;

import io.offspan.sample.trace.TraceFacts;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Keeps a share of all traces by a hash of their id: FNV-1a over a salt and the 16 bytes of the id, as a collector does, so that
 * both keep the same traces.
 *
 * @param percent of the traces, from 0 to 100
 */
record Probabilistic(String salt, double percent) implements Rule {
    static final String DEFAULT_SALT = "default-hash-seed";

    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final BigDecimal LARGEST =
            new BigDecimal(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));

    @Override
    public Judge judge() {
        long seed = BASIS;
        for (byte each : salt.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ each & 0xff) * PRIME;
        }
        long salted = seed;
        long most =
                LARGEST.multiply(new BigDecimal(percent / 100)).toBigInteger().longValue();
        return (trace, nanos) -> Judge.plain(Long.compareUnsigned(hash(salted, trace), most) <= 0);
    }

    private static long hash(long seed, TraceFacts trace) {
        return hash(hash(seed, trace.traceIdHigh()), trace.traceIdLow());
    }

    private static long hash(long seed, long bytes) {
        long hash = seed;
        for (int shift = 56; shift >= 0; shift -= 8) {
            hash = (hash ^ bytes >>> shift & 0xff) * PRIME;
        }
        return hash;
    }
}
