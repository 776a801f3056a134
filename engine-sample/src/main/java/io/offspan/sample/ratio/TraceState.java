package io.offspan.sample.ratio;

/** Reads the list of vendors' entries that W3C trace context calls {@code tracestate}: {@code key=value,key=value}. */
public final class TraceState {
    /** What is returned for a trace state that names no randomness. */
    public static final long NONE = -1;

    private static final int MAX_CHARS = 4096;
    private static final int RANDOMNESS_DIGITS = 14;

    private TraceState() {}

    /** Returns the value of the first entry with a key, empty where there is none. */
    public static String value(String state, String key) {
        return state.length() > MAX_CHARS ? "" : member(state, ',', key, '=');
    }

    /** Returns the randomness that OpenTelemetry's entry names, {@code ot=rv:…} with 14 digits, or {@link #NONE}. */
    public static long randomness(String state) {
        String digits = member(value(state, "ot"), ';', "rv", ':');
        if (digits.length() != RANDOMNESS_DIGITS) {
            return NONE;
        }
        long randomness = 0;
        for (int i = 0; i < RANDOMNESS_DIGITS; i++) {
            int digit = Character.digit(digits.charAt(i), 16);
            if (digit < 0 || digits.charAt(i) > 'f') {
                return NONE;
            }
            randomness = randomness << 4 | digit;
        }
        return randomness;
    }

    private static String member(String list, char separator, String key, char is) {
        int from = 0;
        while (from < list.length()) {
            int next = list.indexOf(separator, from);
            int end = next < 0 ? list.length() : next;
            String entry = list.substring(from, end).strip();
            if (entry.length() > key.length() && entry.startsWith(key) && entry.charAt(key.length()) == is) {
                return entry.substring(key.length() + 1);
            }
            from = end + 1;
        }
        return "";
    }
}
