package io.offspan.server.tempo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.offspan.codec.model.Value;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.ast.Field;
import io.offspan.query.ast.Intrinsic;
import io.offspan.query.ast.QueryException;
import io.offspan.query.ast.Selection;
import io.offspan.query.ast.Stage;
import io.offspan.query.discover.KeyCount;
import io.offspan.query.discover.ValueCount;
import io.offspan.query.traceql.TraceQl;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What spans can be asked for: keys of attributes, and the values of each.
 *
 * <p><b>Threads.</b> Any number at once.
 */
final class Tags {
    private static final int MOST = 1_000;
    private static final String INTRINSIC = "intrinsic";
    private static final List<String> INTRINSICS = List.of(
            "duration",
            "kind",
            "name",
            "rootName",
            "rootServiceName",
            "status",
            "statusMessage",
            "traceDuration",
            "event:name",
            "event:timeSinceStart",
            "instrumentation:name",
            "instrumentation:version",
            "link:spanID",
            "link:traceID",
            "span:duration",
            "span:id",
            "span:kind",
            "span:name",
            "span:parentID",
            "span:status",
            "span:statusMessage",
            "trace:duration",
            "trace:id",
            "trace:rootName",
            "trace:rootService");
    /** What an editor leaves where somebody has not written on: a condition without its value, and what joins it to others. */
    private static final Pattern UNFINISHED =
            Pattern.compile("(?:&&|\\|\\|)?\\s*[^\\s{}&|]+\\s*(?:=~|!~|!=|>=|<=|=|>|<)\\s*(?=\\}|&&|\\|\\||$)");

    private final QueryEngine engine;

    Tags(QueryEngine engine) {
        this.engine = engine;
    }

    /** Answers with the keys of each scope. */
    void keys(Exchange exchange) throws IOException {
        Asked asked = new Asked(exchange);
        Map<String, Set<String>> scopes = scopes(asked);
        Answer.send(exchange, out -> {
            out.writeArrayFieldStart("scopes");
            for (Map.Entry<String, Set<String>> scope : scopes.entrySet()) {
                out.writeStartObject();
                out.writeStringField("name", scope.getKey());
                texts("tags", scope.getValue(), out);
                out.writeEndObject();
            }
            out.writeEndArray();
            noMetrics(out);
        });
    }

    /** Answers with the keys of all scopes in one list. */
    void oldKeys(Exchange exchange) throws IOException {
        Set<String> all = new TreeSet<>();
        scopes(new Asked(exchange)).values().forEach(all::addAll);
        Answer.send(exchange, out -> {
            texts("tagNames", all, out);
            noMetrics(out);
        });
    }

    private static void noMetrics(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("metrics");
        out.writeEndObject();
    }

    private static void texts(String name, Iterable<String> texts, JsonGenerator out) throws IOException {
        out.writeArrayFieldStart(name);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }

    private Map<String, Set<String>> scopes(Asked asked) {
        String wanted = asked.text("scope");
        String scope = wanted == null || wanted.equals("none") ? "" : wanted.toLowerCase(Locale.ROOT);
        Map<String, Set<String>> scopes = new TreeMap<>();
        if (scope.isEmpty() || scope.equals(INTRINSIC)) {
            scopes.put(INTRINSIC, new LinkedHashSet<>(INTRINSICS));
        }
        // Of traces nothing is stored but their spans.
        if (!scope.equals(INTRINSIC) && !scope.equals("trace")) {
            Query query = filtered(asked).limit(asked.count("limit", MOST));
            for (KeyCount key : engine.discover(query).keys(scopeOf(scope), "").rows()) {
                scopes.computeIfAbsent(key.scope().toString(), absent -> new TreeSet<>())
                        .add(key.key());
            }
        }
        return scopes;
    }

    private static AttributeScope scopeOf(String scope) {
        for (AttributeScope each : AttributeScope.values()) {
            if (each.toString().equals(scope)) {
                return each;
            }
        }
        throw new Refused(
                400,
                "There is no scope '" + Asked.cut(scope)
                        + "'; there are resource, span, event, link, instrumentation, trace and intrinsic");
    }

    /** Returns the spans that values are wanted of, as far as somebody has written down which. */
    private static Query filtered(Asked asked) {
        String text = asked.text("q");
        Query query = Query.all();
        if (text != null) {
            for (String each : List.of(text, UNFINISHED.matcher(text).replaceAll(""))) {
                try {
                    query = Query.traceQl(each);
                    break;
                } catch (QueryException unfinished) {
                    query = Query.all();
                }
            }
        }
        return asked.within(query);
    }

    /** Answers with values and their types. */
    void values(Exchange exchange) throws IOException {
        Field field = field(exchange);
        List<Value> values = values(field, new Asked(exchange));
        Answer.send(exchange, out -> {
            out.writeArrayFieldStart("tagValues");
            for (Value value : values) {
                out.writeStartObject();
                out.writeStringField("type", typeOf(field, value));
                out.writeStringField("value", textOf(value));
                out.writeEndObject();
            }
            out.writeEndArray();
            noMetrics(out);
        });
    }

    /** Answers with values as texts. */
    void oldValues(Exchange exchange) throws IOException {
        List<Value> values = values(field(exchange), new Asked(exchange));
        Answer.send(exchange, out -> {
            texts("tagValues", values.stream().map(Tags::textOf).toList(), out);
            noMetrics(out);
        });
    }

    private List<Value> values(Field field, Asked asked) {
        Query query = filtered(asked).limit(asked.count("limit", MOST));
        List<Value> values = new ArrayList<>();
        for (ValueCount count : engine.discover(query).values(field, "").rows()) {
            values.add(count.value());
        }
        return values;
    }

    /** Returns the field that a path names between {@code /tag/} and {@code /values}. */
    private static Field field(Exchange exchange) {
        String path = exchange.path();
        String written = path.substring(path.indexOf("/tag/") + 5, path.length() - "/values".length());
        String name;
        try {
            name = URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new Refused(400, "The tag '" + Asked.cut(written) + "' is not encoded as in URLs");
        }
        for (String each : List.of(name, "." + name)) {
            Field field = parse(each);
            if (field != null) {
                return field;
            }
        }
        throw new Refused(
                400,
                "There is no tag '" + Asked.cut(name)
                        + "'; write one like name, resource.service.name or span.http.route");
    }

    private static @Nullable Field parse(String name) {
        try {
            List<Stage> stages = TraceQl.parse("{ } | select(" + name + ")").stages();
            if (stages.size() == 2
                    && stages.get(1) instanceof Selection selection
                    && selection.fields().size() == 1) {
                return selection.fields().get(0);
            }
        } catch (QueryException none) {
            return null;
        }
        return null;
    }

    private static String typeOf(Field field, Value value) {
        if (field == Intrinsic.KIND || field == Intrinsic.STATUS) {
            return "keyword";
        }
        if (field instanceof Intrinsic intrinsic && intrinsic.isDuration()) {
            return "duration";
        }
        if (value instanceof Value.LongValue) {
            return "int";
        }
        if (value instanceof Value.DoubleValue) {
            return "float";
        }
        return value instanceof Value.BoolValue ? "bool" : "string";
    }

    private static String textOf(Value value) {
        if (value instanceof Value.StringValue text) {
            return text.value();
        }
        if (value instanceof Value.LongValue number) {
            return Long.toString(number.value());
        }
        if (value instanceof Value.DoubleValue number) {
            return Double.toString(number.value());
        }
        return value instanceof Value.BoolValue flag ? Boolean.toString(flag.value()) : String.valueOf(value);
    }
}
