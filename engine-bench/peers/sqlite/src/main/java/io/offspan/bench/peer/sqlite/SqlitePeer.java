package io.offspan.bench.peer.sqlite;

import io.offspan.bench.peer.Finding;
import io.offspan.bench.peer.Messages;
import io.offspan.bench.peer.Peer;
import io.offspan.bench.peer.PeerVersion;
import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Spans as rows of SQLite, with an index for each of the three kinds of questions. */
public final class SqlitePeer implements Peer {
    private static final String[] SCHEMA = {
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = NORMAL",
        "PRAGMA cache_size = -262144",
        "PRAGMA mmap_size = 4294967296",
        "CREATE TABLE IF NOT EXISTS service (number INTEGER PRIMARY KEY, name TEXT UNIQUE)",
        "CREATE TABLE IF NOT EXISTS span (trace_high INTEGER, trace_low INTEGER, span_id INTEGER, service INTEGER,"
                + " status INTEGER, start INTEGER, duration INTEGER, route TEXT, message BLOB)",
        "CREATE INDEX IF NOT EXISTS by_trace ON span (trace_high, trace_low)",
        "CREATE INDEX IF NOT EXISTS by_search ON span (service, status, start)",
        "CREATE INDEX IF NOT EXISTS by_route ON span (service, route)",
    };
    private static final String SERVICE = "SELECT number FROM service WHERE name = ?";

    private final Map<String, Integer> numbers = new HashMap<>();
    private Connection connection;
    private PreparedStatement service;
    private PreparedStatement addService;
    private PreparedStatement add;
    private PreparedStatement trace;
    private PreparedStatement search;
    private PreparedStatement count;

    @Override
    public String description() {
        return PeerVersion.of(getClass())
                + "; WAL, synchronous=NORMAL, cache of 256 MiB, memory-mapped, a transaction a"
                + " request; spans as OTLP beside their columns, without resource and scope; indexes (trace id),"
                + " (service, status, start), (service, route)";
    }

    @Override
    public void open(Path directory, long spans) throws Exception {
        Files.createDirectories(directory);
        connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("spans.db"));
        try (Statement statement = connection.createStatement()) {
            for (String line : SCHEMA) {
                statement.execute(line);
            }
        }
        connection.setAutoCommit(false);
        service = connection.prepareStatement(SERVICE);
        addService = connection.prepareStatement("INSERT OR IGNORE INTO service (name) VALUES (?)");
        add = connection.prepareStatement("INSERT INTO span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        trace = connection.prepareStatement("SELECT message FROM span WHERE trace_high = ? AND trace_low = ?");
        search = connection.prepareStatement("SELECT message FROM span WHERE service = (" + SERVICE + ") AND status = "
                + Status.StatusCode.STATUS_CODE_ERROR_VALUE
                + " AND start >= ? AND start < ? AND duration >= ? ORDER BY start DESC LIMIT " + W1Queries.LIMIT);
        count = connection.prepareStatement(
                "SELECT count(*) FROM span WHERE service = (" + SERVICE + ") AND route = ?");
    }

    @Override
    public void ingest(byte[] request) throws Exception {
        Messages.visit(request, this::add);
        add.executeBatch();
        connection.commit();
    }

    private void add(String serviceName, Span span) throws SQLException {
        add.setLong(1, Messages.word(span.getTraceId(), 0));
        add.setLong(2, Messages.word(span.getTraceId(), Long.BYTES));
        add.setLong(3, Messages.word(span.getSpanId(), 0));
        add.setInt(4, number(serviceName));
        add.setInt(5, span.getStatus().getCodeValue());
        add.setLong(6, span.getStartTimeUnixNano());
        add.setLong(7, Messages.durationNanos(span));
        add.setString(8, Messages.text(span.getAttributesList(), "http.route"));
        add.setBytes(9, span.toByteArray());
        add.addBatch();
    }

    private int number(String name) throws SQLException {
        Integer known = numbers.get(name);
        if (known != null) {
            return known;
        }
        addService.setString(1, name);
        addService.executeUpdate();
        service.setString(1, name);
        try (ResultSet found = service.executeQuery()) {
            found.next();
            numbers.put(name, found.getInt(1));
        }
        return numbers.get(name);
    }

    @Override
    public void settle() {
        // Every request was committed.
    }

    @Override
    public Finding trace(long high, long low) throws Exception {
        trace.setLong(1, high);
        trace.setLong(2, low);
        return read(trace);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws Exception {
        search.setString(1, asked.serviceName());
        search.setLong(2, asked.fromNanos());
        search.setLong(3, asked.toNanos());
        search.setLong(4, W1Queries.SLOW_NANOS);
        return read(search);
    }

    private static Finding read(PreparedStatement statement) throws Exception {
        long found = 0;
        long sum = 0;
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                sum += Messages.word(Span.parseFrom(rows.getBytes(1)).getSpanId(), 0);
                found++;
            }
        }
        return new Finding(found, sum);
    }

    @Override
    public long count(W1Queries.Count asked) throws Exception {
        count.setString(1, asked.serviceName());
        count.setString(2, asked.route());
        try (ResultSet rows = count.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() throws Exception {
        numbers.clear();
        connection.commit();
        connection.close();
    }
}
