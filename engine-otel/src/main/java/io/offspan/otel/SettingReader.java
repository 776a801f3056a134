package io.offspan.otel;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings one by one; for each that cannot be used it keeps a complaint and leaves the default.
 *
 * <p><b>Threads.</b> One.
 */
final class SettingReader {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15}) *([kmgt]?)(i?b)?");
    private static final String UNITS = "kmgt";
    private static final int UNIT_SHIFT = 10;

    private final ConfigProperties properties;
    private final UnaryOperator<String> spelling;
    private final List<String> complaints = new ArrayList<>();

    /** @param spelling returns the name of a property as the host has written it, for complaints */
    SettingReader(ConfigProperties properties, UnaryOperator<String> spelling) {
        this.properties = properties;
        this.spelling = spelling;
    }

    /** Returns what is set, or null for nothing. */
    @Nullable
    String text(String name) {
        String text = properties.getString(name);
        return text == null || text.isBlank() ? null : text.trim();
    }

    /** Hands over a size such as {@code 512MiB}; units are powers of 1,024 with or without the i. */
    void size(String name, Consumer<Long> setting) {
        String text = text(name);
        if (text == null) {
            return;
        }
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            refuse(name, text, "a size such as 67108864, 512MiB or 2GiB");
            return;
        }
        String unit = Objects.requireNonNullElse(size.group(2), "");
        int shift = unit.isEmpty() ? 0 : UNIT_SHIFT * (UNITS.indexOf(unit) + 1);
        long number = Long.parseLong(size.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            refuse(name, text, "a size of less than 2^63 bytes");
        } else {
            set(name, text, number << shift, setting);
        }
    }

    /** Hands over a duration as the SDK writes them: {@code 250ms}, {@code 5s}, {@code 10m}, {@code 12h}, {@code 7d}. */
    void duration(String name, Consumer<Duration> setting) {
        String text = text(name);
        if (text == null) {
            return;
        }
        try {
            Duration duration = properties.getDuration(name);
            if (duration != null) {
                set(name, text, duration, setting);
            }
        } catch (ConfigurationException | ArithmeticException malformed) {
            refuse(name, text, "a duration such as 250ms, 5s, 10m, 12h or 7d");
        }
    }

    /** Hands over one of the values of an enum, whatever the case. */
    <E extends Enum<E>> void oneOf(String name, Class<E> type, Consumer<E> setting) {
        String text = text(name);
        if (text == null) {
            return;
        }
        List<String> allowed = new ArrayList<>();
        for (E value : type.getEnumConstants()) {
            if (value.name().equalsIgnoreCase(text)) {
                setting.accept(value);
                return;
            }
            allowed.add(value.name().toLowerCase(Locale.ROOT));
        }
        refuse(name, text, String.join(" or ", allowed));
    }

    /** Hands over true or false. */
    void yesOrNo(String name, Consumer<Boolean> setting) {
        String text = text(name);
        if (text == null) {
            return;
        }
        if (text.matches("(?i)true|false")) {
            setting.accept(Boolean.valueOf(text));
        } else {
            refuse(name, text, "true or false");
        }
    }

    /** Hands over a number within bounds. */
    void number(String name, int min, int max, Consumer<Integer> setting) {
        String text = text(name);
        if (text == null) {
            return;
        }
        int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
        if (number < min || number > max) {
            refuse(name, text, "a number from " + min + " to " + max);
        } else {
            setting.accept(number);
        }
    }

    private <T> void set(String name, String text, T value, Consumer<T> setting) {
        try {
            setting.accept(value);
        } catch (IllegalArgumentException outside) {
            refuse(name, text, "a value in range (" + outside.getMessage() + ")");
        }
    }

    /** Keeps a complaint about a value. */
    void refuse(String name, String value, String allowed) {
        complain("the setting " + spelled(name) + " = '" + value + "' cannot be used, its default is; set " + allowed
                + ".");
    }

    /** Returns the name of a property as the host has written it. */
    String spelled(String name) {
        return spelling.apply(name);
    }

    void complain(String complaint) {
        complaints.add(complaint.replaceAll("\\p{Cntrl}", "?"));
    }

    /** Complains about names that are set and not known. */
    void unknown(Set<String> given, Set<String> known) {
        for (String name : given) {
            if (!known.contains(name)) {
                complain(spelling.apply(name) + " is no setting and has no effect; there are "
                        + known.stream().map(spelling).collect(Collectors.joining(", ")) + ".");
            }
        }
    }

    /** Returns all complaints in one line, empty when there are none. */
    String complaint() {
        return String.join(" ", complaints);
    }
}
