package io.offspan.bench.measure;

/**
 * What is measured.
 *
 * @param name in reports
 * @param unit of its numbers
 * @param lessIsBetter whether a smaller number is the better one
 */
public record Metric(String name, String unit, boolean lessIsBetter) {
    /** Processor time of the thread that does the work. */
    public static final Metric CPU = new Metric("cpu", "ns/span", true);
    /** Time on the clock. */
    public static final Metric WALL = new Metric("wall", "ns/span", true);
    /** Bytes allocated by the thread that does the work. */
    public static final Metric ALLOCATED = new Metric("allocated", "B/span", true);
    /** Processor time of the whole process: collector and compiler among it. */
    public static final Metric PROCESS_CPU = new Metric("process cpu", "ns/span", true);
    /** Processor time of the store's own threads. */
    public static final Metric STORE_CPU = new Metric("store cpu", "ns/span", true);
    /** Processor time of the one thread of the store that writes the log. */
    public static final Metric WRITER_CPU = new Metric("writer cpu", "ns/span", true);
    /** Processor time of the threads that index what is stored. */
    public static final Metric INDEX_CPU = new Metric("index cpu", "ns/span", true);
    /** Processor time of the thread that writes index files. */
    public static final Metric SEAL_CPU = new Metric("seal cpu", "ns/span", true);
    /** Processor time of the thread that forces the log. */
    public static final Metric SYNC_CPU = new Metric("sync cpu", "ns/span", true);
    /** Processor time of the calling thread and of the store's own; of whoever sends, of all threads but the receiver's. */
    public static final Metric TOTAL_CPU = new Metric("total cpu", "ns/span", true);
    /** Bytes allocated by all threads of whoever sends. */
    public static final Metric TOTAL_ALLOCATED = new Metric("total allocated", "B/span", true);
    /** Bytes allocated by the store's own threads. */
    public static final Metric STORE_ALLOCATED = new Metric("store allocated", "B/span", true);
    /** Garbage collections. */
    public static final Metric COLLECTIONS = new Metric("collections", "", true);
    /** Time in which collections stopped the program. */
    public static final Metric PAUSES = new Metric("pauses", "ms", true);

    /** Tells whether it is a time, so that ratios mean something. */
    boolean isTime() {
        return unit.equals("ns/span") || unit.equals("us");
    }
}
