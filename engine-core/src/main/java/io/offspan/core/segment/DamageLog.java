package io.offspan.core.segment;

import io.offspan.core.value.Damage;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The damage that was found so far, by place and as counts.
 *
 * <p><b>Threads.</b> Any.
 */
public final class DamageLog {
    /** Beyond so many places only the counts go on. */
    public static final int MAX_PLACES = 1_000;

    private final List<Damage> places = new ArrayList<>();
    private long count;
    private long blocks;
    private long spans;

    DamageLog() {}

    synchronized void add(Damage damage) {
        count++;
        if (places.size() < MAX_PLACES) {
            places.add(damage);
            LoggerFactory.getLogger(DamageLog.class).warn("Damage in the log: {}", damage);
        }
    }

    synchronized void addBlock(Damage damage, int lostSpans) {
        blocks++;
        spans += lostSpans;
        add(damage);
    }

    /** Returns the places found so far, at most {@value #MAX_PLACES}. */
    public synchronized List<Damage> places() {
        return List.copyOf(places);
    }

    /** Returns how many places were found. */
    public synchronized long count() {
        return count;
    }

    /** Returns how many blocks have an intact header and a damaged body. */
    public synchronized long damagedBlocks() {
        return blocks;
    }

    /** Returns how many spans those blocks would hold. */
    public synchronized long damagedSpans() {
        return spans;
    }
}
