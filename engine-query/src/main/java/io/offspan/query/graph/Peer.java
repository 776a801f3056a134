package io.offspan.query.graph;

import io.offspan.codec.model.Value;
import io.offspan.codec.model.Value.StringValue;
import io.offspan.codec.span.SpanKind;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import io.offspan.query.ast.Attribute;
import io.offspan.query.ast.AttributeScope;
import io.offspan.query.discover.CallKind;
import io.offspan.query.value.ColumnReaders;
import io.offspan.query.value.TraceValues;
import org.jspecify.annotations.Nullable;

/**
 * What a client or producer says that it calls, by the attributes that are agreed for that: {@code peer.service} names it; {@code db.system}
 * makes it a database, {@code messaging.system} or a producer a queue; else there are {@code server.address} and {@code net.peer.name}.
 *
 * @param name of what is called
 */
record Peer(String name, CallKind kind) {
    private static final int CLIENT = SpanKind.CLIENT.code();
    private static final int PRODUCER = SpanKind.PRODUCER.code();

    private static final Attribute SERVICE = attribute("peer.service");
    private static final Attribute[] DATABASE = {attribute("db.system.name"), attribute("db.system")};
    private static final Attribute MESSAGING = attribute("messaging.system");
    private static final Attribute[] QUEUE = {
        attribute("messaging.destination.name"), attribute("messaging.destination"), MESSAGING
    };
    private static final Attribute[] ADDRESS = {attribute("server.address"), attribute("net.peer.name")};

    private static Attribute attribute(String key) {
        return new Attribute(AttributeScope.SPAN, key);
    }

    /**
     * Reads peers of one span after another.
     *
     * <p><b>Threads.</b> Belongs to one thread.
     */
    static final class Reader {
        private final ColumnReaders columns = new ColumnReaders(TraceValues.NONE);

        void enterBlock(StringHeap strings) {
            columns.enterBlock(strings);
        }

        /** Returns what a span says that it calls, or null when that is nothing. */
        @Nullable
        Peer read(SpanView span) {
            if (span.kind() != CLIENT && span.kind() != PRODUCER) {
                return null;
            }
            String service = text(span, SERVICE);
            String database = text(span, DATABASE);
            if (database != null) {
                return new Peer(service == null ? database : service, CallKind.DATABASE);
            }
            boolean queue = span.kind() == PRODUCER || text(span, MESSAGING) != null;
            String name = service;
            if (name == null && queue) {
                name = text(span, QUEUE);
            }
            if (name == null) {
                name = text(span, ADDRESS);
            }
            return name == null ? null : new Peer(name, queue ? CallKind.QUEUE : CallKind.PEER);
        }

        private @Nullable String text(SpanView span, Attribute... anyOf) {
            for (Attribute each : anyOf) {
                Value value = columns.read(span, each);
                if (value instanceof StringValue text && !text.value().isEmpty()) {
                    return text.value();
                }
            }
            return null;
        }
    }
}
