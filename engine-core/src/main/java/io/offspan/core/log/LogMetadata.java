package io.offspan.core.log;

import io.offspan.core.files.Disk;
import io.offspan.core.files.FileIdentity;
import io.offspan.core.files.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The metadata file of the queue, whose bytes are written anew at every open and never read by the queue as they were found.
 *
 * <p>It holds nothing that the store needs: the number of the current segment is ours, the listing is taken from the directory, and
 * the locks in it belong to writers that the lock of the store has already excluded. Written anew, a forged class name in it is never
 * loaded, damage in it never matters, a lock of a killed writer never delays an open, and its blocks are on the disk before they are
 * mapped. It is written into the file that is there, so that a full disk does not keep a store from being opened.
 *
 * <p>It also says that all segments before the current one have their end marks, as {@link LogDirectory} has seen to: the queue
 * would else open each of them for writing and make it as long as its largest chunk.
 *
 * <p><b>Threads.</b> One thread, under the lock of the store.
 */
final class LogMetadata {
    static final String NAME = "metadata.cq4t";
    private static final String FRESH_NAME = "metadata.fresh";
    static final int FILE_BYTES = 128 << 10;
    /** How many bytes say which classes and cycles the queue has; the rest are counters and locks. */
    static final int HEADER_BYTES = 0x9C;

    /** What the queue writes under our configuration, up to the last byte that is not zero. */
    static final byte[] FRESH = HexFormat.of()
            .parseHex("98000040b906686561646572b607535453746f72658282000000c87769726554797065b6085769726554797065ec"
                    + "42494e4152595f4c49474854c86d65746164617461b6075343514d657461824b000000c4726f6c6cb60853435153"
                    + "526f6c6c822c000000c66c656e677468a6e0930400c6666f726d6174f0797979794d4d64642d48486d6d275627c5"
                    + "65706f6368a100c8736f757263654964a10020000000b9146c697374696e672e686967686573744379636c658fa7"
                    + "00000080ffffffff24000000b9136c697374696e672e6c6f776573744379636c658e0100000000a7ffffff7f0000"
                    + "00001c000000b9106c697374696e672e6d6f64436f756e748fa7010000000000000024000000b9146368726f6e69"
                    + "636c652e77726974652e6c6f636b8e00000000a7000000000000008024000000b9156368726f6e69636c652e6170"
                    + "70656e642e6c6f636b8f8f8f8fa700000000000000802c000000b91d6368726f6e69636c652e6c617374496e6465"
                    + "785265706c6963617465648f8f8f8fa7ffffffffffffffff34000000b9296368726f6e69636c652e6c6173744163"
                    + "6b6e6f776c6564676564496e6465785265706c696361746564a7ffffffffffffffff2c000000b91a6368726f6e69"
                    + "636c652e6c617374496e6465784d53796e6365648e020000000000a7ffffffffffffffff");

    private LogMetadata() {}

    /** The entry for the cycle up to which the queue need not look for end marks, without its value. */
    private static final byte[] ENDED_TO = HexFormat.of().parseHex("1c000000b9106e6f726d616c69736564454f4673546f8fa7");

    /**
     * Writes the metadata of a log directory, over any that are there.
     *
     * @param endedTo the segment before which every other has its end mark
     * @return whether there was none, or one that began as ours do
     */
    static boolean write(Path directory, int endedTo) throws IOException {
        Path file = directory.resolve(NAME);
        boolean exists = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        boolean genuine = !exists || isGenuine(file);
        if (exists && isOursAlone(file)) {
            put(file, endedTo);
            PrivateFiles.makePrivate(file);
        } else {
            Path fresh = directory.resolve(FRESH_NAME);
            Disk.delete(fresh);
            PrivateFiles.create(fresh);
            put(fresh, endedTo);
            Disk.rename(fresh, file);
        }
        return genuine;
    }

    private static void put(Path file, int endedTo) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(FRESH).put(ENDED_TO).putLong(endedTo).clear();
        try (FileChannel channel = Disk.write(file)) {
            Disk.writeFully(channel, bytes, 0);
            Disk.force(file, channel, false);
        }
    }

    /** Tells whether a file has our length and no other name, under which its bytes would be somebody else's. */
    private static boolean isOursAlone(Path file) throws IOException {
        FileIdentity found = FileIdentity.of(file);
        return found != null && found.bytes() == FILE_BYTES && found.names() == 1;
    }

    private static boolean isGenuine(Path file) throws IOException {
        try (FileChannel channel = Disk.read(file)) {
            ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES);
            Disk.readFully(channel, bytes, 0);
            return !bytes.hasRemaining() && Arrays.equals(bytes.array(), Arrays.copyOf(FRESH, HEADER_BYTES));
        }
    }
}
