package io.offspan.core.slab;

import io.offspan.core.fault.FaultPoint;
import io.offspan.core.files.Disk;
import io.offspan.core.files.FreeSpace;
import io.offspan.core.files.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A slab file that is not there yet: written under another name, whole and on the disk, before it takes its own.
 *
 * <p><b>Threads.</b> One.
 */
final class NewSlabFile {
    private NewSlabFile() {}

    /** Writes a file of empty slabs into a store, in place of the one that is there. */
    static void write(Path directory, SlabGeometry geometry, UUID storeId, UUID boot) throws IOException {
        Path file = directory.resolve(SlabFile.NAME);
        Path fresh = directory.resolve(SlabFile.NAME + ".new");
        Disk.delete(fresh);
        FreeSpace.require(directory, geometry.fileBytes());
        try (FileChannel channel = Disk.create(fresh)) {
            geometry.parts(geometry.readyAtFirst(), (from, to) -> Reservation.writeZeros(channel, from, to));
            Disk.writeFully(channel, ByteBuffer.wrap(SlabHeader.encode(geometry, storeId, boot)), 0);
            Disk.force(fresh, channel, true);
        } catch (IOException e) {
            Reservation.deleteInVain(fresh, e);
            throw e;
        }
        FaultPoint.SLABS_WRITTEN.reach();
        Disk.rename(fresh, file);
    }
}
