package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.model.Resource;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the CSV of the Nezha data set: one span a row, the columns named by the first.
 *
 * <p>The pod becomes the resource: its name is {@code k8s.pod.name}, and without the two suffixes that a deployment gives it, {@code
 * service.name}. Ids are hexadecimal, shorter ones padded with zeros at the left; the parent {@code root} means none. The duration is
 * that between the times; a column that differs by more than its rounding is kept as {@code nezha.duration_us}.
 *
 * <p>A wrong row is refused with its line, and the next is read.
 */
final class NezhaReader implements SpanReader {
    private static final List<String> COLUMNS = List.of(
            "TraceID",
            "SpanID",
            "ParentID",
            "PodName",
            "OperationName",
            "StartTimeUnixNano",
            "EndTimeUnixNano",
            "Duration");
    private static final String ROOT = "root";
    private static final Pattern POD = Pattern.compile("(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}");
    private static final int MAX_PODS = 10_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final SpanDraft draft = new SpanDraft();
    private final Map<String, Envelope> pods = new HashMap<>();
    private int[] places = new int[0];
    private int width;

    @Override
    public void read(HeadStream in, Intake intake) throws IOException {
        CsvRows rows = new CsvRows(in);
        boolean more = true;
        while (more) {
            try {
                more = rows.next();
                if (more && width == 0) {
                    header(rows.cells(), intake);
                } else if (more) {
                    span(rows.cells());
                    intake.append(draft, "line " + rows.line() + ": ");
                }
            } catch (FormatException refused) {
                intake.refuse(refused.reason().name(), "line " + rows.line() + ": " + refused.getMessage());
            }
        }
    }

    private void header(String[] names, Intake intake) {
        List<String> found = Arrays.asList(names);
        places = COLUMNS.stream().mapToInt(found::indexOf).toArray();
        width = names.length;
        for (int i = 0; i < places.length; i++) {
            if (places[i] < 0) {
                throw new InputException(
                        InputException.FOREIGN,
                        "line 1, column 1: expected the columns " + String.join(",", COLUMNS) + ", but "
                                + COLUMNS.get(i) + " is missing");
            }
        }
        found.stream().filter(name -> !COLUMNS.contains(name)).forEach(name -> intake.unknownField(name, "line 1: "));
    }

    private void span(String[] row) {
        if (row.length != width) {
            throw new FormatException(Reason.MALFORMED, "expected " + width + " columns, found " + row.length);
        }
        long start = number(row, 5);
        long end = number(row, 6);
        long micros = number(row, 7);
        String trace = cell(row, 0);
        String parent = cell(row, 2);
        draft.clear().resource(pod(cell(row, 3)));
        Ids.trace(trace, "column TraceID: ", draft, Ids.span(cell(row, 1), "column SpanID: "));
        if (!parent.equals(ROOT) && !parent.isEmpty()) {
            draft.parent(Ids.span(parent, "column ParentID: "));
        }
        draft.name(cell(row, 4)).times(start, end);
        if (Math.abs((end - start) / NANOS_PER_MICRO - micros) > 1) {
            draft.attribute("nezha.duration_us", micros);
        }
    }

    private String cell(String[] row, int column) {
        return row[places[column]];
    }

    private long number(String[] row, int column) {
        String text = cell(row, column);
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            throw new FormatException(
                    Reason.MALFORMED,
                    "column " + COLUMNS.get(column) + ": expected a number from 0 to 2^64-1, found '"
                            + Ids.shortened(text) + "'");
        }
    }

    private Envelope pod(String name) {
        if (pods.size() > MAX_PODS) {
            pods.clear();
        }
        return pods.computeIfAbsent(name, NezhaReader::resource);
    }

    private static Envelope resource(String pod) {
        Matcher matcher = POD.matcher(pod);
        String service = matcher.matches() ? matcher.group(1) : pod;
        return Resource.builder()
                .put("service.name", service)
                .put("k8s.pod.name", pod)
                .build()
                .toEnvelope();
    }
}
