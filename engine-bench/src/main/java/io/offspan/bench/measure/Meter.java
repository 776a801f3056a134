package io.offspan.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures one piece of work between {@link #start} and {@link #stop}: wall time, processor time and allocation of the calling thread
 * and of the store's threads, collections.
 *
 * <p>Processor time of a thread is the steadiest figure on a machine with other work. Threads that end meanwhile are not seen, so a
 * store has to stay open until {@link #stop}.
 *
 * <p><b>Threads.</b> Belongs to the thread that does the work.
 */
public final class Meter {
    /** How the threads of a store are named. */
    public static final String STORE_THREADS = "offspan-";

    private static final String WRITER_THREADS = "offspan-ingest";
    private static final String INDEX_THREADS = "offspan-index";
    private static final String SEAL_THREADS = "offspan-seal";
    private static final String SYNC_THREADS = "offspan-sync";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Map<Metric, Double> figures = new LinkedHashMap<>();
    private long wallNanos;
    private long cpuNanos;
    private long processNanos;
    private long allocatedBytes;
    private long collections;
    private long pauseMillis;
    private double workNanos = -1;
    private double workBytes;
    private long[] storeThreads = {};
    private long[] writers = {};
    private long[] indexers = {};
    private long[] sealers = {};
    private long[] syncers = {};
    private long storeNanos;
    private long writerNanos;
    private long indexNanos;
    private long sealNanos;
    private long syncNanos;
    private long storeBytes;

    /** Begins the measurement; the threads of stores that are open now are watched. */
    public void start() {
        storeThreads = threads(STORE_THREADS);
        writers = threads(WRITER_THREADS);
        indexers = threads(INDEX_THREADS);
        sealers = threads(SEAL_THREADS);
        syncers = threads(SYNC_THREADS);
        collections = collections();
        pauseMillis = pauseMillis();
        storeBytes = allocated(storeThreads);
        storeNanos = cpu(storeThreads);
        writerNanos = cpu(writers);
        indexNanos = cpu(indexers);
        sealNanos = cpu(sealers);
        syncNanos = cpu(syncers);
        allocatedBytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        processNanos = SYSTEM.getProcessCpuTime();
        cpuNanos = THREADS.getCurrentThreadCpuTime();
        wallNanos = System.nanoTime();
    }

    /**
     * Says that the calling thread has done its part and only waits for the store's threads from now on. Their figures are given only
     * where this was called.
     */
    public void callerDone() {
        workNanos = THREADS.getCurrentThreadCpuTime() - cpuNanos;
        workBytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocatedBytes;
    }

    /** Ends the measurement of work on so many spans. */
    public void stop(long spans) {
        double wall = System.nanoTime() - wallNanos;
        double process = SYSTEM.getProcessCpuTime() - processNanos;
        boolean ofStore = workNanos >= 0;
        if (!ofStore) {
            callerDone();
        }
        double cpu = workNanos;
        double allocated = workBytes;
        figures.put(Metric.CPU, cpu / spans);
        figures.put(Metric.WALL, wall / spans);
        figures.put(Metric.ALLOCATED, allocated / spans);
        figures.put(Metric.PROCESS_CPU, process / spans);
        if (ofStore) {
            double store = cpu(storeThreads) - storeNanos;
            figures.put(Metric.STORE_CPU, store / spans);
            figures.put(Metric.WRITER_CPU, (cpu(writers) - writerNanos) / (double) spans);
            figures.put(Metric.SYNC_CPU, (cpu(syncers) - syncNanos) / (double) spans);
            if (indexers.length > 0) {
                figures.put(Metric.INDEX_CPU, (cpu(indexers) - indexNanos) / (double) spans);
                figures.put(Metric.SEAL_CPU, (cpu(sealers) - sealNanos) / (double) spans);
            }
            figures.put(Metric.TOTAL_CPU, (cpu + store) / spans);
            figures.put(Metric.STORE_ALLOCATED, (allocated(storeThreads) - storeBytes) / (double) spans);
        }
        figures.put(Metric.COLLECTIONS, (double) (collections() - collections));
        figures.put(Metric.PAUSES, (double) (pauseMillis() - pauseMillis));
    }

    /** Adds a figure that the work measured itself. */
    public void put(Metric metric, double value) {
        figures.put(metric, value);
    }

    /** Returns what was measured. */
    public Map<Metric, Double> figures() {
        return figures;
    }

    private static long[] threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .mapToLong(Thread::getId)
                .toArray();
    }

    private static long cpu(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += Math.max(0, THREADS.getThreadCpuTime(thread));
        }
        return sum;
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(threads)) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    private static long pauseMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> !bean.getName().contains("Concurrent"))
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
