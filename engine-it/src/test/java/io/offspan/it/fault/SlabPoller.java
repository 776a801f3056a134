package io.offspan.it.fault;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.block.SlabLayout;
import io.offspan.core.slab.SlabFile;
import io.offspan.core.slab.SlabImage;
import io.offspan.it.gate.StampedSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the slabs of a store round and round while others write and reuse them, and looks at every line.
 *
 * <p>Also a process: arguments are the data directory, the lines to read and the seconds after which it gives up; it ends at the
 * first torn line.
 */
final class SlabPoller {
    /** One span in so many is checked in all its fields and not only in its line. */
    private static final int FULL_CHECK_EVERY = 16;

    private static final long PAUSE_NANOS = 10_000;

    private final SlabFile slabs;
    private final SlabImage[] images;
    private final BlockReader block = new BlockReader();
    private final StampedSpan stamp = new StampedSpan();
    private long lines;
    private long torn;
    private long copies;
    private long looks;

    SlabPoller(SlabFile slabs) {
        this.slabs = slabs;
        images = new SlabImage[slabs.slabs()];
        for (int slab = 0; slab < images.length; slab++) {
            images[slab] = new SlabImage(slabs.layout(slab));
        }
    }

    public static void main(String[] arguments) throws IOException {
        long wanted = Long.parseLong(arguments[1]);
        long deadline = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000_000L;
        try (SlabFile slabs = SlabFile.openForReader(Path.of(arguments[0]))) {
            SlabPoller poller = new SlabPoller(slabs);
            poller.poll(wanted, deadline);
            System.out.println("lines=" + poller.lines + " torn=" + poller.torn + " copies=" + poller.copies);
        }
    }

    /** Reads until enough lines were seen, one of them was torn, or the time is over. */
    void poll(long wanted, long deadline) {
        while (lines < wanted && torn == 0 && System.nanoTime() - deadline < 0) {
            long before = lines;
            if (!slabs.acquire()) {
                return;
            }
            try {
                for (int slab = 0; slab < images.length; slab++) {
                    look(slab, images[slab]);
                }
            } finally {
                slabs.release();
            }
            if (lines == before) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Copies a slab, every other time only what was committed since, and looks at all of it: what was there before must still be. */
    private void look(int slab, SlabImage image) {
        long word = slabs.word(slab);
        if (SlabLayout.state(word) == SlabLayout.FREE || SlabLayout.count(word) == 0) {
            return;
        }
        looks++;
        long generation = SlabLayout.generation(word);
        if ((looks & 1) == 0 || !image.isOf(slabs.incarnation(), slab, generation)) {
            image.start(slabs.incarnation(), slab, generation);
        }
        if (!image.isCompleteAt(word) && slabs.copyCommitted(slab, word, image)) {
            check(image);
        }
    }

    private void check(SlabImage image) {
        copies++;
        try {
            image.open(block, 0, image.spans(), image.strings(), image.heapBytes());
            int count = block.count();
            int full = (int) (copies % FULL_CHECK_EVERY);
            for (int i = 0; i < count; i++) {
                boolean agrees = StampedSpan.lineAgrees(block.span(i));
                if (i % FULL_CHECK_EVERY == full) {
                    agrees &= stamp.read(block.span(i));
                }
                torn += agrees ? 0 : 1;
            }
            lines += count;
        } catch (IndexOutOfBoundsException | IllegalStateException | FormatException nonsense) {
            torn++;
        }
    }

    long lines() {
        return lines;
    }

    long torn() {
        return torn;
    }
}
