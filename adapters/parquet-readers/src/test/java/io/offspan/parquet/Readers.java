package io.offspan.parquet;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.duckdb.DuckDBStruct;

/** Reads folders of spans with programs of others, into rows as {@link ExpectedRow} has them. */
final class Readers {
    private Readers() {}

    /** Reads all rows with parquet-java. */
    static List<Map<String, Object>> parquetJava(Path folder) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Path file : files(folder)) {
            read(file, null, rows);
        }
        return rows;
    }

    /** Reads the rows of the row groups and pages that a filter leaves, with parquet-java. */
    static List<Map<String, Object>> parquetJava(Path folder, FilterPredicate filter) throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Path file : files(folder)) {
            read(file, filter, rows);
        }
        return rows;
    }

    private static void read(
            Path file, @org.jspecify.annotations.Nullable FilterPredicate filter, List<Map<String, Object>> rows)
            throws IOException {
        ParquetReadOptions.Builder options = ParquetReadOptions.builder(new PlainParquetConfiguration());
        if (filter != null) {
            options.withRecordFilter(FilterCompat.get(filter))
                    .useBloomFilter(true)
                    .useColumnIndexFilter(true);
        }
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options.build())) {
            MessageType schema = reader.getFooter().getFileMetaData().getSchema();
            for (PageReadStore pages = reader.readNextFilteredRowGroup();
                    pages != null;
                    pages = reader.readNextFilteredRowGroup()) {
                RecordReader<Group> records = new ColumnIOFactory()
                        .getColumnIO(schema)
                        .getRecordReader(
                                pages,
                                new GroupRecordConverter(schema),
                                filter == null ? FilterCompat.NOOP : FilterCompat.get(filter));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    Group group = records.read();
                    if (group != null && !records.shouldSkipCurrentRecord()) {
                        rows.add(row(group));
                    }
                }
            }
        }
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    private static Map<String, Object> row(Group group) throws InvalidProtocolBufferException {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < group.getType().getFieldCount(); i++) {
            row.put(group.getType().getFieldName(i), value(group, i));
        }
        return parsed(row);
    }

    private static Object value(Group group, int field) {
        var type = group.getType().getType(field);
        if (type.isPrimitive()) {
            return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
                case INT64 -> group.getLong(field, 0);
                case DOUBLE -> Double.doubleToRawLongBits(group.getDouble(field, 0));
                case BOOLEAN -> group.getBoolean(field, 0);
                default ->
                    type.getLogicalTypeAnnotation() == null
                            ? group.getBinary(field, 0).getBytes()
                            : group.getString(field, 0);
            };
        }
        Group inner = group.getGroup(field, 0);
        int count = inner.getFieldRepetitionCount(0);
        boolean map = inner.getType().getFieldName(0).equals("key_value");
        Map<Object, Object> entries = new TreeMap<>();
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Group each = inner.getGroup(0, i);
            if (map) {
                entries.put(value(each, 0), value(each, 1));
            } else {
                Group element = each.getGroup(0, 0);
                Map<String, Object> fields = new LinkedHashMap<>();
                for (int f = 0; f < element.getType().getFieldCount(); f++) {
                    fields.put(element.getType().getFieldName(f), value(element, f));
                }
                elements.add(fields);
            }
        }
        return map ? entries : elements;
    }

    /** Reads all rows with DuckDB. */
    static List<Map<String, Object>> duckDb(Path folder) throws Exception {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM " + table(folder))) {
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    String name = result.getMetaData().getColumnName(i);
                    Object read = result.getObject(i);
                    row.put(name, value(name.equals("Timestamp") ? time(read) : read));
                }
                rows.add(parsed(row));
            }
        }
        return rows;
    }

    static Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
        }
        return connection;
    }

    static String table(Path folder) {
        return "read_parquet('" + folder + "/*.parquet')";
    }

    /** The driver gives a time as text, with the offset in hours alone. */
    private static Object time(Object read) {
        return read instanceof String text ? OffsetDateTime.parse(text.replace(' ', 'T') + ":00") : read;
    }

    private static Object value(Object read) throws SQLException {
        if (read instanceof OffsetDateTime time) {
            return time.toEpochSecond() * 1_000_000_000L + time.getNano();
        }
        if (read instanceof Double number) {
            return Double.doubleToRawLongBits(number);
        }
        if (read instanceof java.sql.Blob blob) {
            return blob.getBytes(1, (int) blob.length());
        }
        if (read instanceof DuckDBStruct struct) {
            return value(struct.getMap());
        }
        if (read instanceof Map<?, ?> map) {
            Map<Object, Object> sorted = new TreeMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                boolean time = "Timestamp".equals(entry.getKey());
                sorted.put(entry.getKey(), value(time ? time(entry.getValue()) : entry.getValue()));
            }
            return sorted;
        }
        if (read instanceof java.sql.Array array) {
            List<Object> elements = new ArrayList<>();
            for (Object element : (Object[]) array.getArray()) {
                elements.add(value(element));
            }
            return elements;
        }
        return read;
    }

    private static Map<String, Object> parsed(Map<String, Object> row) {
        try {
            row.replace("OffspanOtlp", Span.parseFrom((byte[]) row.get("OffspanOtlp")));
            row.replace("OffspanOtlpResource", ResourceSpans.parseFrom((byte[]) row.get("OffspanOtlpResource")));
            row.replace("OffspanOtlpScope", ScopeSpans.parseFrom((byte[]) row.get("OffspanOtlpScope")));
            return row;
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("A column of OTLP holds something else", e);
        }
    }
}
