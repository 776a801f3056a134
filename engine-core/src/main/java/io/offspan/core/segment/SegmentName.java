package io.offspan.core.segment;

import io.offspan.core.value.Damage;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Objects;

/**
 * The name of a segment's file: its number, written as the five-minute cycle of a Chronicle Queue that started in 1970.
 *
 * <p>{@code 19700101-0005V.cq4} is segment 1. Names sort as their numbers do.
 */
public final class SegmentName {
    /** The ending of a log file. */
    public static final String LOG = ".cq4";
    /** The ending of a log file, behind {@link #LOG}, that only our own framing may read. */
    public static final String QUARANTINED = ".cq4.quarantined";
    /** The ending of a damaged log file that a repair has set aside; nobody reads it. */
    public static final String SET_ASIDE = ".cq4.damaged";
    /** The ending of a file that is reserved for the next segment. */
    public static final String PRECREATED = ".precreated";
    /** The ending of a segment's index file. */
    public static final String INDEX = ".idx";
    /** No segment. */
    public static final int NONE = -1;
    /** The last number, in the last minutes of the year 9999. */
    public static final int MAX = 844_674_335;

    private static final int PER_DAY = 24 * 60 / 5;
    /** {@code yyyymmdd-hhmmV}, before the ending. */
    private static final int STEM_CHARS = 14;

    private SegmentName() {}

    /** Returns the name of the log file of a segment. */
    public static String of(int number) {
        return stem(number) + LOG;
    }

    /** Returns the name of the quarantined log file of a segment. */
    public static String quarantined(int number) {
        return stem(number) + QUARANTINED;
    }

    /** Returns the name of the file that is reserved for a segment. */
    public static String precreated(int number) {
        return stem(number) + PRECREATED;
    }

    /** Returns the name under which a repair sets the file of a damaged segment aside. */
    public static String setAside(int number) {
        return stem(number) + SET_ASIDE;
    }

    /** Returns the name of the index file of a segment. */
    public static String index(int number) {
        return stem(number) + INDEX;
    }

    /** Returns the place of a segment's index file, from that of its log file. */
    public static Path indexFile(Path logFile, int number) {
        Path log = Objects.requireNonNull(logFile.getParent(), "the directory of the log");
        return log.resolveSibling("index").resolve(index(number));
    }

    /** Returns the number in the name of an index file, or {@link #NONE}. */
    public static int numberOfIndex(String fileName) {
        return fileName.endsWith(INDEX)
                ? number(fileName.substring(0, fileName.length() - INDEX.length()) + LOG)
                : NONE;
    }

    /** Returns the number in a file name with any of the three endings, or {@link #NONE}. */
    public static int number(String fileName) {
        if (!isShaped(fileName)) {
            return NONE;
        }
        int year = digits(fileName, 0, 4);
        int month = digits(fileName, 4, 2);
        int day = digits(fileName, 6, 2);
        int hour = digits(fileName, 9, 2);
        int minute = digits(fileName, 11, 2);
        if ((year | month | day | hour | minute) < 0) {
            return NONE;
        }
        if (minute % 5 != 0 || minute > 55 || hour > 23 || month < 1 || month > 12 || day < 1 || day > 31) {
            return NONE;
        }
        long days = daysSinceEpoch(year, month, day);
        long number = days * PER_DAY + (hour * 60 + minute) / 5;
        boolean canonical = number >= 0 && number <= MAX && fileName.startsWith(stem((int) number));
        return canonical ? (int) number : NONE;
    }

    private static boolean isShaped(String fileName) {
        if (fileName.length() <= STEM_CHARS || fileName.charAt(8) != '-' || fileName.charAt(13) != 'V') {
            return false;
        }
        String ending = fileName.substring(STEM_CHARS);
        return ending.equals(LOG) || ending.equals(QUARANTINED) || ending.equals(PRECREATED);
    }

    /** Returns the number in some digits of a name, or -1 where other characters stand. */
    private static int digits(String name, int at, int count) {
        int number = 0;
        for (int i = at; i < at + count; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    private static String stem(int number) {
        if (number < 0 || number > MAX) {
            throw new IllegalArgumentException("Segment number " + number + "; allowed are 0 to " + MAX);
        }
        LocalDate date = LocalDate.ofEpochDay(number / PER_DAY);
        int minutes = number % PER_DAY * 5;
        char[] name = new char[STEM_CHARS];
        put(name, 0, 4, date.getYear());
        put(name, 4, 2, date.getMonthValue());
        put(name, 6, 2, date.getDayOfMonth());
        name[8] = '-';
        put(name, 9, 2, minutes / 60);
        put(name, 11, 2, minutes % 60);
        name[13] = 'V';
        return new String(name);
    }

    /** Names a place in a segment that is not what it should be. */
    public static Damage damage(int number, long fromOffset, long toOffset, String reason) {
        return new Damage(number, "log/" + of(number), fromOffset, toOffset, reason);
    }

    private static void put(char[] name, int at, int digits, int value) {
        int rest = value;
        for (int i = digits - 1; i >= 0; i--, rest /= 10) {
            name[at + i] = (char) ('0' + rest % 10);
        }
    }

    private static long daysSinceEpoch(int year, int month, int day) {
        // A day that its month does not have, such as 30 February, gives a name that is not canonical.
        return LocalDate.of(year, month, 1).toEpochDay() + day - 1;
    }
}
