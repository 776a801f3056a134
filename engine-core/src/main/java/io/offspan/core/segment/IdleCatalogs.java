package io.offspan.core.segment;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The catalogs of readers, which are asked by nobody maybe: {@value #EVERY_SECONDS} seconds after retention has deleted a segment, at
 * the latest, they let go of it, so that the disk gets its bytes back.
 *
 * <p><b>Threads.</b> Any; one of its own, a daemon, for as long as there is a catalog that is open and not forgotten. While nothing is
 * deleted it asks the file system for one time stamp a catalog.
 */
final class IdleCatalogs {
    private static final long EVERY_SECONDS = 2;

    private static final List<WeakReference<Catalog>> CATALOGS = new ArrayList<>();
    private static boolean running;

    private IdleCatalogs() {}

    /** Adds a catalog, until it is closed or nobody has it any more. */
    static synchronized void add(Catalog catalog) {
        CATALOGS.add(new WeakReference<>(catalog));
        if (!running) {
            Thread thread = new Thread("offspan-readers") {
                @Override
                public void run() {
                    look();
                }
            };
            thread.setDaemon(true);
            thread.setContextClassLoader(IdleCatalogs.class.getClassLoader());
            thread.start();
            running = true;
        }
    }

    private static void look() {
        List<Catalog> open = open();
        while (open != null) {
            for (Catalog catalog : open) {
                letGoOfDeleted(catalog);
            }
            // Nothing of them is to be held while this thread waits.
            open.clear();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(EVERY_SECONDS));
            open = open();
        }
    }

    /** What fails for one catalog is not to keep the others from letting go. */
    private static void letGoOfDeleted(Catalog catalog) {
        try {
            catalog.letGoOfDeleted();
        } catch (RuntimeException | Error failed) {
            LoggerFactory.getLogger(IdleCatalogs.class)
                    .warn("Deleted segments of a store that is only read could not be let go of", failed);
        }
    }

    /** Returns those that are open; null when there are none, and the thread has to end. */
    private static synchronized @Nullable List<Catalog> open() {
        List<Catalog> open = new ArrayList<>();
        for (Iterator<WeakReference<Catalog>> each = CATALOGS.iterator(); each.hasNext(); ) {
            Catalog catalog = each.next().get();
            if (catalog == null || catalog.isClosed()) {
                each.remove();
            } else {
                open.add(catalog);
            }
        }
        running = !open.isEmpty();
        return running ? open : null;
    }
}
