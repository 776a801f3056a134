package io.offspan.export.pack;

/**
 * Compresses request bodies in one way, into an array that is used again.
 *
 * <p><b>Threads.</b> One. <b>Owns</b> its array and what a library keeps outside the heap.
 */
public abstract class Packer implements AutoCloseable {
    private final Compression compression;
    private byte[] bytes = new byte[0];
    private int length;

    Packer(Compression compression) {
        this.compression = compression;
    }

    /** Returns the way, never {@link Compression#AUTO}. */
    public final Compression compression() {
        return compression;
    }

    /** Sets how much time goes into the bodies that follow. */
    void effort(Effort most) {}

    /** Compresses a body; {@link #bytes} and {@link #length} are it until the next one. */
    abstract void pack(byte[] body, int bodyLength);

    final void packed(byte[] into, int packedLength) {
        bytes = into;
        length = packedLength;
    }

    /** Returns an array that begins with what was packed. */
    public final byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes of it that is. */
    public final int length() {
        return length;
    }

    @Override
    public void close() {}

    /** Passes bodies on as they are. */
    static final class Plain extends Packer {
        Plain() {
            super(Compression.NONE);
        }

        @Override
        void pack(byte[] body, int bodyLength) {
            packed(body, bodyLength);
        }
    }
}
