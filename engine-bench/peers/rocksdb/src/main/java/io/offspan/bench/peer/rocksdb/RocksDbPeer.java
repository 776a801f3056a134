package io.offspan.bench.peer.rocksdb;

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
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Spans in RocksDB, under {@link HandMadeKeys}.
 *
 * <pre>
 * spans    key of the span    -> number of the service 4, OTLP span
 * search   key of a search    -> duration 8
 * count    key of a count     -> nothing
 * texts    service or route   -> number 4
 * </pre>
 */
public final class RocksDbPeer implements Peer {
    private static final long CACHE_BYTES = 256L << 20;
    private static final int BLOOM_BITS = 10;

    static {
        RocksDB.loadLibrary();
    }

    private final List<AutoCloseable> owned = new ArrayList<>();
    private final WriteOptions write = new WriteOptions().setSync(false);
    private final ReadOptions samePrefix = new ReadOptions().setPrefixSameAsStart(true);
    private RocksDB database;
    private List<ColumnFamilyHandle> families = List.of();
    private ColumnFamilyHandle spans;
    private ColumnFamilyHandle search;
    private ColumnFamilyHandle count;
    private Texts texts;

    @Override
    public String description() {
        return PeerVersion.of(getClass()) + "; LZ4, bloom filters of 10 bits, block cache of 256 MiB, log without sync,"
                + " a write batch a request; spans as OTLP with the number of their service, without resource and scope;"
                + " keys made by hand for exactly these questions";
    }

    @Override
    public void open(Path directory, long expected) throws Exception {
        Files.createDirectories(directory);
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setBlockCache(own(new LRUCache(CACHE_BYTES)))
                .setFilterPolicy(own(new BloomFilter(BLOOM_BITS)));
        List<ColumnFamilyDescriptor> descriptors = List.of(
                new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options(table)),
                family("spans", options(table).useFixedLengthPrefixExtractor(HandMadeKeys.TRACE_BYTES)),
                family("search", options(table)),
                family("count", options(table).useFixedLengthPrefixExtractor(HandMadeKeys.COUNT_PREFIX_BYTES)));
        DBOptions options = own(new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true));
        families = new ArrayList<>();
        database = RocksDB.open(options, directory.toString(), descriptors, families);
        spans = families.get(1);
        search = families.get(2);
        count = families.get(3);
        texts = new Texts(database, families.get(0));
    }

    private ColumnFamilyOptions options(BlockBasedTableConfig table) {
        return own(new ColumnFamilyOptions()
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(table));
    }

    private static ColumnFamilyDescriptor family(String name, ColumnFamilyOptions options) {
        return new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), options);
    }

    private <T extends AutoCloseable> T own(T object) {
        owned.add(object);
        return object;
    }

    @Override
    public void ingest(byte[] request) throws Exception {
        try (WriteBatch batch = new WriteBatch()) {
            Messages.visit(request, (service, span) -> add(batch, service, span));
            database.write(write, batch);
        }
    }

    private void add(WriteBatch batch, String serviceName, Span span) throws RocksDBException {
        int service = texts.number(serviceName);
        byte[] message = span.toByteArray();
        batch.put(
                spans,
                HandMadeKeys.span(span),
                ByteBuffer.allocate(Integer.BYTES + message.length)
                        .putInt(service)
                        .put(message)
                        .array());
        batch.put(search, HandMadeKeys.search(service, span), HandMadeKeys.value(Messages.durationNanos(span)));
        int route = texts.number(Messages.text(span.getAttributesList(), "http.route"));
        batch.put(count, HandMadeKeys.count(service, route, span), new byte[0]);
    }

    @Override
    public void settle() {
        // A write is visible when it returns.
    }

    @Override
    public Finding trace(long high, long low) throws Exception {
        byte[] id = HandMadeKeys.trace(high, low);
        long found = 0;
        long sum = 0;
        try (RocksIterator all = database.newIterator(spans, samePrefix)) {
            for (all.seek(id); all.isValid(); all.next()) {
                sum += read(all.value());
                found++;
            }
        }
        return new Finding(found, sum);
    }

    private static long read(byte[] value) throws Exception {
        ByteBuffer message = ByteBuffer.wrap(value, Integer.BYTES, value.length - Integer.BYTES);
        return Messages.word(Span.parseFrom(message).getSpanId(), 0);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws Exception {
        int service = texts.known(asked.serviceName());
        byte[] newest = HandMadeKeys.search(service, asked);
        long sum = 0;
        long found = 0;
        try (RocksIterator all = database.newIterator(search)) {
            for (all.seek(newest); all.isValid() && found < W1Queries.LIMIT; all.next()) {
                byte[] key = all.key();
                if (!HandMadeKeys.isWithin(key, newest, asked)) {
                    break;
                }
                if (ByteBuffer.wrap(all.value()).getLong() >= W1Queries.SLOW_NANOS) {
                    sum += read(database.get(spans, HandMadeKeys.found(key)));
                    found++;
                }
            }
        }
        return new Finding(found, sum);
    }

    @Override
    public long count(W1Queries.Count asked) {
        byte[] from = HandMadeKeys.countFrom(texts.known(asked.serviceName()), texts.known(asked.route()));
        long found = 0;
        try (RocksIterator all = database.newIterator(count, samePrefix)) {
            for (all.seek(from); all.isValid(); all.next()) {
                found++;
            }
        }
        return found;
    }

    @Override
    public void close() throws Exception {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            database.flush(flush, families);
        }
        for (ColumnFamilyHandle family : families) {
            family.close();
        }
        database.closeE();
        for (AutoCloseable object : owned) {
            object.close();
        }
        owned.clear();
    }
}
