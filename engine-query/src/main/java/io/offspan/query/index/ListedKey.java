package io.offspan.query.index;

/** A key of a {@link KeyList} and a type that values of it have. */
public final class ListedKey {
    private static final int TYPE_BITS = 8;

    private final int number;
    private final int type;
    private final byte[] utf8;

    ListedKey(int number, int type, byte[] utf8) {
        this.number = number;
        this.type = type;
        this.utf8 = utf8;
    }

    /** Returns a number that lists of the same index have for the same key and type, and for no other. */
    public int pair() {
        return number << TYPE_BITS | type;
    }

    /** Returns the type, a {@link io.offspan.query.value.TypeCode}. */
    public int type() {
        return type;
    }

    /** Returns the bytes of the key; not to be changed. */
    public byte[] utf8() {
        return utf8;
    }
}
