package io.offspan.codec.otlp;

import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/**
 * Trace states with the threshold of consistent sampling in the entry of OpenTelemetry: {@code ot=th:c;rv:…}.
 *
 * <p>A threshold that is there already and higher stays: who has kept fewer says how many a span stands for. What is no such
 * entry, or would get too long, is left as it is.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SampledState {
    private static final int DIGITS = 14;
    private static final int MOST_ENTRY_CHARS = 256;
    private static final int MOST_ENTRIES = 32;
    private static final String KEY = "ot=";
    private static final String THRESHOLD = "th:";

    private String lastState = "";
    private long lastThreshold;
    private byte[] last = new byte[0];

    /** Returns a trace state with a threshold from 1 to 2^56 - 1. */
    byte[] with(String state, long threshold) {
        if (threshold != lastThreshold || !state.equals(lastState)) {
            last = text(state, threshold).getBytes(StandardCharsets.UTF_8);
            lastState = state;
            lastThreshold = threshold;
        }
        return last;
    }

    private static String text(String state, long threshold) {
        StringJoiner own = new StringJoiner(";", KEY, "");
        own.add(THRESHOLD + digits(threshold));
        StringJoiner entries = new StringJoiner(",");
        int count = 1;
        boolean found = false;
        for (String entry : state.split(",", -1)) {
            String text = entry.strip();
            if (!found && text.startsWith(KEY)) {
                found = true;
                for (String field : text.substring(KEY.length()).split(";", -1)) {
                    if (!field.startsWith(THRESHOLD)) {
                        addTo(own, field);
                    } else if (isNoLower(field.substring(THRESHOLD.length()), threshold)) {
                        return state;
                    }
                }
            } else if (!text.isEmpty() && count < MOST_ENTRIES) {
                entries.add(text);
                count++;
            }
        }
        if (own.length() - KEY.length() > MOST_ENTRY_CHARS) {
            return state;
        }
        return entries.length() == 0 ? own.toString() : own + "," + entries;
    }

    private static void addTo(StringJoiner own, String field) {
        if (!field.isEmpty()) {
            own.add(field);
        }
    }

    private static String digits(long threshold) {
        String digits = Long.toHexString(threshold | 1L << 4 * DIGITS).substring(1);
        int end = DIGITS;
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(0, end);
    }

    /** Tells whether a threshold, as it is written, is no lower than another. */
    private static boolean isNoLower(String digits, long threshold) {
        if (digits.isEmpty() || digits.length() > DIGITS || !digits.chars().allMatch(SampledState::isDigit)) {
            return false;
        }
        return Long.parseLong(digits, 16) << 4 * (DIGITS - digits.length()) >= threshold;
    }

    private static boolean isDigit(int character) {
        return character >= '0' && character <= '9' || character >= 'a' && character <= 'f';
    }
}
