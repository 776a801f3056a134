package io.offspan.bench.peer.lmdb;

import io.offspan.bench.peer.Finding;
import io.offspan.bench.peer.HandMadeKeys;
import io.offspan.bench.peer.Messages;
import io.offspan.bench.peer.Peer;
import io.offspan.bench.peer.PeerVersion;
import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * Spans in LMDB, under {@link HandMadeKeys}.
 *
 * <pre>
 * spans    key of the span    -> OTLP span
 * search   key of a search    -> duration 8
 * count    key of a count     -> a byte
 * texts    service or route   -> number 4
 * </pre>
 */
public final class LmdbPeer implements Peer {
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
        spans.put(
                writing,
                HandMadeKeys.span(span),
                span.toByteArray());
        search.put(writing, HandMadeKeys.search(service, span), HandMadeKeys.value(Messages.durationNanos(span)));
        int route = number(writing, Messages.text(span.getAttributesList(), "http.route"));
        count.put(writing, HandMadeKeys.count(service, route, span), NOTHING);
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

    @Override
    public void settle() {
        // A transaction is visible when it is committed.
    }

    @Override
    public Finding trace(long high, long low) throws Exception {
        byte[] id = HandMadeKeys.trace(high, low);
        long found = 0;
        long sum = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = spans.openCursor(reading)) {
            for (boolean more = all.get(id, GetOp.MDB_SET_RANGE); more && HandMadeKeys.hasPrefix(all.key(), id, id.length); more = all.next()) {
                sum += read(all.val());
                found++;
            }
        }
        return new Finding(found, sum);
    }

    private static long read(byte[] message) throws Exception {
        return Messages.word(Span.parseFrom(message).getSpanId(), 0);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws Exception {
        int service = numbers.getOrDefault(asked.serviceName(), 0);
        byte[] newest = HandMadeKeys.search(service, asked);
        long sum = 0;
        long found = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = search.openCursor(reading)) {
            boolean more = all.get(newest, GetOp.MDB_SET_RANGE);
            while (more && found < W1Queries.LIMIT && HandMadeKeys.isWithin(all.key(), newest, asked)) {
                if (ByteBuffer.wrap(all.val()).getLong() >= W1Queries.SLOW_NANOS) {
                    sum += read(spans.get(reading, HandMadeKeys.found(all.key())));
                    found++;
                }
                more = all.next();
            }
        }
        return new Finding(found, sum);
    }

    @Override
    public long count(W1Queries.Count asked) {
        byte[] from = HandMadeKeys.countFrom(
                numbers.getOrDefault(asked.serviceName(), 0), numbers.getOrDefault(asked.route(), 0));
        long found = 0;
        try (Txn<byte[]> reading = environment.txnRead();
                Cursor<byte[]> all = count.openCursor(reading)) {
            for (boolean more = all.get(from, GetOp.MDB_SET_RANGE);
                    more && HandMadeKeys.hasPrefix(all.key(), from, HandMadeKeys.COUNT_PREFIX_BYTES);
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
