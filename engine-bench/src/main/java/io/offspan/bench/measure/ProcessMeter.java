package io.offspan.bench.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Measures what all threads of this process spend on a piece of work but those whose names begin in one way, such as a receiver's that
 * only stands for another machine: processor time, collector and compiler among it, and bytes allocated.
 *
 * <p>What threads allocated that have ended meanwhile is not seen.
 *
 * <p><b>Threads.</b> Belongs to the one that measures.
 */
public final class ProcessMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final String leftOut;
    private final long cpuNanos;
    private final long allocatedBytes;
    private final long wallNanos;

    /** Begins a measurement that leaves out the threads whose names begin so. */
    public ProcessMeter(String leftOut) {
        this.leftOut = leftOut;
        allocatedBytes = allocated();
        cpuNanos = cpu();
        wallNanos = System.nanoTime();
    }

    /** Ends it, puts what it found for each of so many spans into a meter, and returns how many nanoseconds it took. */
    public long stop(long spans, Meter into) {
        long wall = System.nanoTime() - wallNanos;
        into.put(Metric.TOTAL_CPU, (double) (cpu() - cpuNanos) / spans);
        into.put(Metric.TOTAL_ALLOCATED, (double) (allocated() - allocatedBytes) / spans);
        return wall;
    }

    private long cpu() {
        long others = 0;
        for (long thread : threads(true)) {
            others += Math.max(0, THREADS.getThreadCpuTime(thread));
        }
        return SYSTEM.getProcessCpuTime() - others;
    }

    private long allocated() {
        return Arrays.stream(THREADS.getThreadAllocatedBytes(threads(false)))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    private long[] threads(boolean others) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(leftOut) == others)
                .mapToLong(Thread::getId)
                .toArray();
    }
}
