package io.offspan.bench.peer.lmdb;

import io.offspan.bench.peer.Finding;
import io.offspan.bench.peer.Messages;
import io.offspan.bench.peer.Peer;
import io.offspan.bench.peer.PeerVersion;
import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.Txn;

/**
 * Spans in LMDB, under keys made by hand for exactly the questions of the workload.
 *
 * <pre>
 * spans    trace id 16, span id 8                                      -> OTLP span
 * search   service 4, status 1, start downwards 8, trace id 16, span 8 -> duration 8
 * count    service 4, route 4, span id 8                               -> a byte
 * texts    service or route                                            -> number 4
 * </pre>
 */
public final class LmdbPeer implements Peer {
    private static final int TRACE_BYTES = 16;
    private static final int SPAN_KEY_BYTES = 24;
    private static final int SEARCH_PREFIX_BYTES = 5;
    private static final int COUNT_PREFIX_BYTES = 8;
    private static final int SEARCH_KEY_BYTES = SEARCH_PREFIX_BYTES + Long.BYTES + SPAN_KEY_BYTES;
    private static final int DATABASES = 4;
    /** The file grows to what is needed; this is only address space. */
    private static final long MAP_BYTES = 1L << 30;

    private static final long MAP_SPAN_BYTES = 4096;
    private static final byte[] NOTHING = {0};

    private final Map<String, Integer> numbers = new HashMap<>();
    private Env<byte[]> environment;
    private Dbi<byte[]> spans;
    private Dbi<byte[]> search;
    private Dbi<byte[]> count;
    private Dbi<byte[]> texts;

    @Override
    public String description() {
        return PeerVersion.of(getClass()) + "; nothing forced (MDB_NOSYNC), a transaction a request; spans as OTLP,"
                + " without resource and scope; keys made by hand for exactly these questions";
    }

    @Override
    public void open(Path directory, long expected) throws Exception {
        Files.createDirectories(directory);
        environment = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(MAP_BYTES + expected * MAP_SPAN_BYTES)
                .setMaxDbs(DATABASES)
                .open(directory.toFile(), EnvFlags.MDB_NOSYNC);
        spans = environment.openDbi("spans", DbiFlags.MDB_CREATE);
        search = environment.openDbi("search", DbiFlags.MDB_CREATE);
        count = environment.openDbi("count", DbiFlags.MDB_CREATE);
        texts = environment.openDbi("texts", DbiFlags.MDB_CREATE);
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = texts.openCursor(reading)) {
            while (all.next()) {
                numbers.put(
                        new String(all.key(), StandardCharsets.UTF_8),
                        ByteBuffer.wrap(all.val()).getInt());
            }
        }
    }

    @Override
    public void ingest(byte[] request) throws Exception {
        try (Txn<byte[]> writing = environment.txnWrite()) {
            Messages.visit(request, (service, span) -> add(writing, service, span));
            writing.commit();
        }
    }

    private void add(Txn<byte[]> writing, String serviceName, Span span) {
        int service = number(writing, serviceName);
        byte[] traceId = span.getTraceId().toByteArray();
        byte[] spanId = span.getSpanId().toByteArray();
        spans.put(
                writing,
                ByteBuffer.allocate(SPAN_KEY_BYTES).put(traceId).put(spanId).array(),
                span.toByteArray());
        byte[] found = searchFrom(service, span.getStatus().getCodeValue(), span.getStartTimeUnixNano())
                .put(traceId)
                .put(spanId)
                .array();
        byte[] duration = ByteBuffer.allocate(Long.BYTES)
                .putLong(Messages.durationNanos(span))
                .array();
        search.put(writing, found, duration);
        int route = number(writing, Messages.text(span.getAttributesList(), "http.route"));
        count.put(writing, countFrom(service, route).put(spanId).array(), NOTHING);
    }

    private int number(Txn<byte[]> writing, String text) {
        Integer known = numbers.get(text);
        if (known != null) {
            return known;
        }
        int number = numbers.size() + 1;
        texts.put(
                writing,
                text.getBytes(StandardCharsets.UTF_8),
                ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        numbers.put(text, number);
        return number;
    }

    private static ByteBuffer searchFrom(int service, int status, long startNanos) {
        return ByteBuffer.allocate(SEARCH_KEY_BYTES)
                .putInt(service)
                .put((byte) status)
                .putLong(Long.MAX_VALUE - startNanos);
    }

    private static ByteBuffer countFrom(int service, int route) {
        return ByteBuffer.allocate(COUNT_PREFIX_BYTES + Long.BYTES)
                .putInt(service)
                .putInt(route);
    }

    @Override
    public void settle() {
        // A transaction is visible when it is committed.
    }

    @Override
    public Finding trace(long high, long low) throws Exception {
        byte[] id = ByteBuffer.allocate(TRACE_BYTES).putLong(high).putLong(low).array();
        long found = 0;
        long sum = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = spans.openCursor(reading)) {
            for (boolean more = all.get(id, GetOp.MDB_SET_RANGE); more && startsWith(all.key(), id); more = all.next()) {
                sum += read(all.val());
                found++;
            }
        }
        return new Finding(found, sum);
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static long read(byte[] message) throws Exception {
        return Messages.word(Span.parseFrom(message).getSpanId(), 0);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws Exception {
        int service = numbers.getOrDefault(asked.serviceName(), 0);
        byte[] newest = searchFrom(service, Status.StatusCode.STATUS_CODE_ERROR_VALUE, asked.toNanos() - 1)
                .array();
        byte[] prefix = Arrays.copyOf(newest, SEARCH_PREFIX_BYTES);
        long sum = 0;
        long found = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = search.openCursor(reading)) {
            boolean more = all.get(newest, GetOp.MDB_SET_RANGE);
            while (more && found < W1Queries.LIMIT && startsWith(all.key(), prefix)) {
                byte[] key = all.key();
                if (Long.MAX_VALUE - ByteBuffer.wrap(key).getLong(SEARCH_PREFIX_BYTES) < asked.fromNanos()) {
                    break;
                }
                if (ByteBuffer.wrap(all.val()).getLong() >= W1Queries.SLOW_NANOS) {
                    int from = SEARCH_PREFIX_BYTES + Long.BYTES;
                    sum += read(spans.get(reading, Arrays.copyOfRange(key, from, from + SPAN_KEY_BYTES)));
                    found++;
                }
                more = all.next();
            }
        }
        return new Finding(found, sum);
    }

    @Override
    public long count(W1Queries.Count asked) {
        byte[] from = countFrom(
                        numbers.getOrDefault(asked.serviceName(), 0), numbers.getOrDefault(asked.route(), 0))
                .array();
        byte[] prefix = Arrays.copyOf(from, COUNT_PREFIX_BYTES);
        long found = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = count.openCursor(reading)) {
            for (boolean more = all.get(from, GetOp.MDB_SET_RANGE);
                    more && startsWith(all.key(), prefix);
                    more = all.next()) {
                found++;
            }
        }
        return found;
    }

    @Override
    public void close() {
        environment.sync(true);
        environment.close();
        numbers.clear();
    }
}
