package io.offspan.sample.policy;

/** Reads the list of vendors' entries that W3C trace context calls {@code tracestate}: {@code key=value,key=value}. */
final class TraceState {
    private static final int MAX_CHARS = 4096;

    private TraceState() {}

    /** Returns the value of the first entry with a key, empty where there is none. */
    static String value(String state, String key) {
        if (state.length() > MAX_CHARS) {
            return "";
        }
        int from = 0;
        while (from < state.length()) {
            int comma = state.indexOf(',', from);
            int end = comma < 0 ? state.length() : comma;
            String entry = state.substring(from, end).strip();
            if (entry.length() > key.length() && entry.startsWith(key) && entry.charAt(key.length()) == '=') {
                return entry.substring(key.length() + 1);
            }
            from = end + 1;
        }
        return "";
    }
}
