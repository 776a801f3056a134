package io.offspan.cli.command;

import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Comparison;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Filter;
import io.offspan.query.ast.Operand;
import io.offspan.query.ast.Operator;
import io.offspan.query.ast.QueryException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code --attribute} takes: a key, an operator and a value without blanks between them, or a key alone.
 *
 * <p>A value that reads as a number or a boolean is compared as that and as text, whichever the attribute is.
 */
final class AttributeCondition implements ITypeConverter<Filter> {
    private static final Pattern CONDITION = Pattern.compile("(.+?)(=~|!~|!=|>=|<=|=|>|<)(.*)", Pattern.DOTALL);
    private static final Pattern SCOPED =
            Pattern.compile("(span|resource|event|link|instrumentation):(.+)", Pattern.DOTALL);
    private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,18}");
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

    @Override
    public Filter convert(String text) {
        Matcher condition = CONDITION.matcher(text);
        try {
            if (!condition.matches()) {
                return field(text).exists();
            }
            return filter(field(condition.group(1)), operator(condition.group(2)), condition.group(3));
        } catch (QueryException refused) {
            throw new TypeConversionException("'" + text + "': " + refused.getMessage());
        }
    }

    private static Field field(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("an attribute needs a key, such as http.route=/cart");
        }
        Matcher scoped = SCOPED.matcher(text);
        if (scoped.matches()) {
            AttributeScope scope = AttributeScope.valueOf(scoped.group(1).toUpperCase(Locale.ROOT));
            return new Attribute(scope, scoped.group(2));
        }
        return Filter.attribute(text);
    }

    private static Operator operator(String symbol) {
        for (Operator operator : Operator.values()) {
            if (operator.symbol().equals(symbol)) {
                return operator;
            }
        }
        throw new IllegalArgumentException("No operator is written " + symbol);
    }

    private static Filter filter(Field field, Operator operator, String value) {
        Filter asText = new Comparison(field, operator, new Operand.Text(value));
        if (operator.isPattern()) {
            return asText;
        }
        if (NUMBER.matcher(value).matches()) {
            Filter asNumber = WHOLE.matcher(value).matches()
                    ? field.compare(operator, Long.parseLong(value))
                    : field.compare(operator, Double.parseDouble(value));
            return operator.isOrder() ? asNumber : asNumber.or(asText);
        }
        if (!operator.isOrder() && (value.equals("true") || value.equals("false"))) {
            return new Comparison(field, operator, new Operand.Truth(Boolean.parseBoolean(value))).or(asText);
        }
        return asText;
    }
}
