package io.offspan.core.retain;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How old segments are, though the wall clock that stamped them may leap: what has passed is told by the time since the kernel's boot,
 * which nobody sets.
 *
 * <p>A leap of the wall clock adds nothing to the age of segments written before it and takes nothing from those written after it. Where
 * the machine was booted since, nobody can tell a wrong clock from a long pause: then nothing is old for an hour, in which a wrong clock
 * is usually set right.
 *
 * <p>The state is a <em>note</em> that a writer of the same boot goes on from: wall clock and time since boot when it was written, the
 * newest segment from before the boot while the clock is in doubt, when it is not any more, and a pair for each of the last eight leaps:
 * the segments behind the one in the high half up to that in the low half have not lived through so many nanoseconds of the clock.
 *
 * <p><b>Threads.</b> Any.
 */
public final class AgeClock {
    /** How many numbers a note has. */
    public static final int NOTE_LONGS = AgeClock.LEAPS + 2 * AgeClock.MAX_LEAPS;
    /** A clock that is set by less than this has been corrected; by more, it has leapt. */
    public static final long TOLERANCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final long SETTLE_NANOS = TimeUnit.MINUTES.toNanos(1);
    static final long DOUBT_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int MAX_LEAPS = 8;
    private static final int WALL = 0;
    private static final int BOOTED = 1;
    /** Segments up to this one were stamped by a clock that this boot knows nothing of. */
    private static final int DOUBTED = 2;
    /** Nothing is old before so much time since boot. */
    private static final int SETTLED = 3;

    private static final int LEAPS = 4;
    private static final String UPTIME = "/proc/uptime";
    private static final int UPTIME_BYTES = 64;

    private final long[] note;

    private AgeClock(long[] note) {
        this.note = note;
    }

    /**
     * Goes on from the note of an earlier writer.
     *
     * @param before its note, zeros where there is none of this boot
     * @param newest the newest segment that is there, 0 for none
     * @param uptimeNanos the time since boot
     */
    public static AgeClock resume(long[] before, int newest, long wallNanos, long uptimeNanos) {
        boolean known = before[WALL] != 0 && before[BOOTED] != 0 && before[BOOTED] <= uptimeNanos;
        AgeClock clock = new AgeClock(known ? before.clone() : new long[NOTE_LONGS]);
        if (!known) {
            clock.note[WALL] = wallNanos;
            clock.note[BOOTED] = uptimeNanos;
            clock.note[DOUBTED] = newest;
            clock.note[SETTLED] = newest > 0 ? uptimeNanos + DOUBT_NANOS : 0;
        }
        return clock;
    }

    /** Returns the time since the kernel's boot, in which the machine may have been asleep. */
    public static long uptimeNanos() {
        byte[] text = new byte[UPTIME_BYTES];
        try (FileInputStream in = new FileInputStream(UPTIME)) {
            int length = in.read(text);
            long seconds = 0;
            int at = 0;
            for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
                seconds = seconds * 10 + text[at] - '0';
            }
            // The kernel writes hundredths.
            if (at == 0 || at + 2 >= length || text[at] != '.') {
                return System.nanoTime();
            }
            int hundredths = (text[at + 1] - '0') * 10 + text[at + 2] - '0';
            return TimeUnit.SECONDS.toNanos(seconds) + TimeUnit.MILLISECONDS.toNanos(10L * hundredths);
        } catch (IOException unknown) {
            return System.nanoTime();
        }
    }

    /**
     * Takes note of the time.
     *
     * @param newest the newest segment; what was stamped before a leap is in this one or an older one, and what comes after has to go
     *     into another
     * @return by how much the wall clock has leapt since the last look, 0 when it has not
     */
    public synchronized long look(long wallNanos, long uptimeNanos, int newest) {
        long leap = leap(wallNanos, uptimeNanos);
        boolean inDoubt = uptimeNanos - note[SETTLED] < 0;
        if (!inDoubt) {
            note[DOUBTED] = 0;
        }
        boolean leapt = Math.abs(leap) > TOLERANCE_NANOS;
        if (leapt) {
            if (newest > note[DOUBTED]) {
                System.arraycopy(note, LEAPS, note, LEAPS + 2, NOTE_LONGS - LEAPS - 2);
                note[LEAPS] = note[DOUBTED] << 32 | newest;
                note[LEAPS + 1] = leap;
            }
            long wait = inDoubt && note[DOUBTED] > 0 ? DOUBT_NANOS : SETTLE_NANOS;
            note[SETTLED] = Math.max(note[SETTLED], uptimeNanos + wait);
        }
        note[WALL] = wallNanos;
        note[BOOTED] = uptimeNanos;
        return leapt ? leap : 0;
    }

    private long leap(long wallNanos, long uptimeNanos) {
        return (wallNanos - note[WALL]) - (uptimeNanos - note[BOOTED]);
    }

    /** Tells whether ages can be believed at this time; false for a while after a leap, and after a boot. */
    public synchronized boolean isSettled(long wallNanos, long uptimeNanos) {
        return uptimeNanos - note[SETTLED] >= 0 && Math.abs(leap(wallNanos, uptimeNanos)) <= TOLERANCE_NANOS;
    }

    /** Returns how old what a segment stamped is; negative where the stamp cannot be right. */
    public synchronized long ageNanos(int segment, long stampNanos, long wallNanos) {
        long age = wallNanos - stampNanos;
        for (int i = LEAPS; i < NOTE_LONGS; i += 2) {
            int upTo = (int) note[i];
            int behind = (int) (note[i] >>> 32);
            if (segment > behind && segment <= upTo) {
                age -= note[i + 1];
            }
        }
        return age;
    }

    /** Returns the note for the next writer. */
    public synchronized long[] note() {
        return Arrays.copyOf(note, NOTE_LONGS);
    }
}
