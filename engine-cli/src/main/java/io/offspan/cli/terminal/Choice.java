package io.offspan.cli.terminal;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one of some names, in either case; what is none of them is told all of them, once each. */
public final class Choice<T> implements ITypeConverter<T> {
    private final List<T> known;

    /** @param known what can be chosen, each by the text it prints */
    @SafeVarargs
    public Choice(T... known) {
        this.known = Arrays.asList(known);
    }

    @Override
    public T convert(String text) {
        for (T each : known) {
            if (each.toString().equalsIgnoreCase(text)) {
                return each;
            }
        }
        throw new TypeConversionException("'" + text + "' is none of "
                + String.join(", ", known.stream().map(Object::toString).toList()));
    }
}
