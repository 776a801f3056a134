package io.offspan.parquet;

import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.codec.wire.Memory;
import io.offspan.parquet.file.Column;
import io.offspan.parquet.file.ColumnType;
import io.offspan.parquet.file.Table;

/**
 * The columns of a span: those of ClickHouse's {@code otel_traces}, maps of numbers and truths, and the span as OTLP,
 * with what its resource and scope say beside it.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class SpanColumns {
    /** The columns by which rows are sorted. */
    static final String SERVICE = "ServiceName";

    static final String TIME = "Timestamp";

    private static final String[] KINDS = {"Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"};
    private static final String[] STATUSES = {"Unset", "Ok", "Error"};

    private final Table table;
    private final Column time;
    private final Column traceId;
    private final Column spanId;
    private final Column parentId;
    private final Column traceState;
    private final Column name;
    private final Column kind;
    private final Column service;
    private final Column resourceKeys;
    private final Column resourceValues;
    private final Column scopeName;
    private final Column scopeVersion;
    private final AttributeColumns attributes;
    private final Column duration;
    private final Column status;
    private final Column statusMessage;
    private final Column eventTime;
    private final Column eventName;
    private final AttributeColumns eventAttributes;
    private final Column linkTraceId;
    private final Column linkSpanId;
    private final Column linkState;
    private final AttributeColumns linkAttributes;
    private final Column otlp;
    private final Column otlpResource;
    private final Column otlpScope;

    private final OtlpWriter writer = new OtlpWriter();
    private final Text text = new Text();
    private final Memory[] kinds = constants(KINDS);
    private final Memory[] statuses = constants(STATUSES);

    SpanColumns() {
        table = new Table("otel_traces");
        time = table.column(TIME, ColumnType.TIME, Table.INDEXED);
        traceId = table.column("TraceId", ColumnType.TEXT, Table.HARDLY_REPEATS | Table.INDEXED | Table.BLOOM);
        spanId = table.column("SpanId", ColumnType.TEXT, Table.HARDLY_REPEATS);
        parentId = table.column("ParentSpanId", ColumnType.TEXT, Table.HARDLY_REPEATS);
        traceState = table.column("TraceState", ColumnType.TEXT, 0);
        name = table.column("SpanName", ColumnType.TEXT, Table.INDEXED);
        kind = table.column("SpanKind", ColumnType.TEXT, 0);
        service = table.column(SERVICE, ColumnType.TEXT, Table.INDEXED);
        table.openMap("ResourceAttributes");
        resourceKeys = table.column("key", ColumnType.TEXT, 0);
        resourceValues = table.column("value", ColumnType.TEXT, 0);
        table.closeMap();
        scopeName = table.column("ScopeName", ColumnType.TEXT, 0);
        scopeVersion = table.column("ScopeVersion", ColumnType.TEXT, 0);
        attributes = new AttributeColumns(table, "SpanAttributes", true);
        duration = table.column("Duration", ColumnType.LONG, Table.INDEXED);
        status = table.column("StatusCode", ColumnType.TEXT, 0);
        statusMessage = table.column("StatusMessage", ColumnType.TEXT, 0);
        table.openList("Events");
        eventTime = table.column(TIME, ColumnType.TIME, 0);
        eventName = table.column("Name", ColumnType.TEXT, 0);
        eventAttributes = new AttributeColumns(table, "Attributes", false);
        table.closeList();
        table.openList("Links");
        linkTraceId = table.column("TraceId", ColumnType.TEXT, Table.HARDLY_REPEATS);
        linkSpanId = table.column("SpanId", ColumnType.TEXT, Table.HARDLY_REPEATS);
        linkState = table.column("TraceState", ColumnType.TEXT, 0);
        linkAttributes = new AttributeColumns(table, "Attributes", false);
        table.closeList();
        otlp = table.column("OffspanOtlp", ColumnType.BYTES, Table.HARDLY_REPEATS);
        otlpResource = table.column("OffspanOtlpResource", ColumnType.BYTES, 0);
        otlpScope = table.column("OffspanOtlpScope", ColumnType.BYTES, 0);
    }

    private static Memory[] constants(String[] texts) {
        Memory[] all = new Memory[texts.length];
        for (int i = 0; i < texts.length; i++) {
            Text made = new Text().set(texts[i]);
            all[i] = new Memory().wrap(made.memory(), 0, made.length());
        }
        return all;
    }

    Table table() {
        return table;
    }

    /** Writes one row; returns how many bytes the span has as OTLP. */
    int put(SpanView span, Origin resource, Origin scope) {
        StringHeap strings = span.strings();
        time.put(span.startNanos());
        put(traceId, text.id(span.traceIdHigh(), span.traceIdLow()));
        put(spanId, text.id(span.spanId()));
        put(parentId, span.hasParent() ? text.id(span.parentId()) : text.empty());
        put(traceState, strings, span.traceStateIndex());
        put(name, strings, span.nameIndex());
        put(kind, kinds, span.kind());
        resource.put(Origin.NAME, service);
        resource(resource);
        scope.put(Origin.NAME, scopeName);
        scope.put(Origin.VERSION, scopeVersion);
        attributes.put(span.attributes(), 0, 0);
        duration.put(span.durationNanos());
        put(status, statuses, span.statusCode());
        put(statusMessage, strings, span.statusMessageIndex());
        events(span);
        links(span);
        int length = otlp(span);
        resource.put(Origin.MESSAGE, otlpResource);
        scope.put(Origin.MESSAGE, otlpScope);
        table.endRow();
        return length;
    }

    private void resource(Origin resource) {
        int count = resource.count();
        if (count == Origin.KEYS) {
            resourceKeys.levels(0, 0);
            resourceValues.levels(0, 0);
        }
        for (int i = Origin.KEYS; i < count; i += 2) {
            int level = i == Origin.KEYS ? 0 : 1;
            resourceKeys.levels(level, 1);
            resourceValues.levels(level, 1);
            resource.put(i, resourceKeys);
            resource.put(i + 1, resourceValues);
        }
    }

    private void events(SpanView span) {
        int repetition = 0;
        if (span.hasEvents()) {
            for (EventCursor event = span.events(); event.next(); repetition = 1) {
                eventTime.levels(repetition, 1);
                eventName.levels(repetition, 1);
                eventTime.put(event.timeNanos());
                put(eventName, span.strings(), event.nameIndex());
                eventAttributes.put(event.attributes(), repetition, 1);
            }
        }
        if (repetition == 0) {
            eventTime.levels(0, 0);
            eventName.levels(0, 0);
            eventAttributes.absent(0, 0);
        }
    }

    private void links(SpanView span) {
        int repetition = 0;
        if (span.hasLinks()) {
            for (LinkCursor link = span.links(); link.next(); repetition = 1) {
                linkTraceId.levels(repetition, 1);
                linkSpanId.levels(repetition, 1);
                linkState.levels(repetition, 1);
                put(linkTraceId, link.hasTraceId() ? text.id(link.traceIdHigh(), link.traceIdLow()) : text.empty());
                put(linkSpanId, link.hasSpanId() ? text.id(link.spanId()) : text.empty());
                put(linkState, span.strings(), link.traceStateIndex());
                linkAttributes.put(link.attributes(), repetition, 1);
            }
        }
        if (repetition == 0) {
            linkTraceId.levels(0, 0);
            linkSpanId.levels(0, 0);
            linkState.levels(0, 0);
            linkAttributes.absent(0, 0);
        }
    }

    private int otlp(SpanView span) {
        ProtoOutput message = writer.writeSpan(span);
        otlp.put(message.bytes(), message.length());
        return message.length();
    }

    private static void put(Column column, Text made) {
        column.put(made.memory(), 0, made.length());
    }

    private void put(Column column, StringHeap strings, int index) {
        if (index < 0) {
            put(column, text.empty());
        } else {
            column.put(strings.memory(), strings.offset(index), strings.length(index));
        }
    }

    private void put(Column column, Memory[] named, int number) {
        if (number >= 0 && number < named.length) {
            column.put(named[number], 0, (int) named[number].length());
        } else {
            put(column, text.number(number));
        }
    }
}
