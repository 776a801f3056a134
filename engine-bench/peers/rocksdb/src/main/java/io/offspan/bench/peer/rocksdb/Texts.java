package io.offspan.bench.peer.rocksdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Numbers for the texts of keys: services and routes. All are held, and each is stored once. */
final class Texts {
    private final RocksDB database;
    private final ColumnFamilyHandle family;
    private final Map<String, Integer> numbers = new HashMap<>();

    Texts(RocksDB database, ColumnFamilyHandle family) {
        this.database = database;
        this.family = family;
        try (RocksIterator stored = database.newIterator(family)) {
            for (stored.seekToFirst(); stored.isValid(); stored.next()) {
                numbers.put(
                        new String(stored.key(), StandardCharsets.UTF_8),
                        ByteBuffer.wrap(stored.value()).getInt());
            }
        }
    }

    /** Returns the number of a text, a new one if it has none. */
    int number(String text) throws RocksDBException {
        Integer known = numbers.get(text);
        if (known != null) {
            return known;
        }
        int number = numbers.size() + 1;
        database.put(
                family,
                text.getBytes(StandardCharsets.UTF_8),
                ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        numbers.put(text, number);
        return number;
    }

    /** Returns the number of a text, 0 if it has none. */
    int known(String text) {
        return numbers.getOrDefault(text, 0);
    }
}
