package io.offspan.query.index;

/** The hashes of keys and terms: of equal ones equal, whether they come from a query, from a block or from an index. */
final class TermHash {
    private static final int GOLDEN = 0x9E3779B1;

    private TermHash() {}

    /** Returns the hash of a key in its scope. */
    static int key(Scope scope, int bytesHash) {
        return mix(bytesHash + GOLDEN * (scope.ordinal() + 1));
    }

    static int text(int keyHash, int bytesHash) {
        return mix(keyHash * 31 + bytesHash);
    }

    static int number(int keyHash, int type, long bits) {
        long mixed = (bits + type) * 0x9E3779B97F4A7C15L;
        return mix(keyHash * 31 + (int) (mixed ^ mixed >>> 32));
    }

    private static int mix(int hash) {
        int h = (hash ^ hash >>> 16) * 0x85EBCA6B;
        h = (h ^ h >>> 13) * 0xC2B2AE35;
        return h ^ h >>> 16;
    }
}
