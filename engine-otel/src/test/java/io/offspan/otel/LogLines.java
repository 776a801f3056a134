package io.offspan.otel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps what the integration logs. */
final class LogLines extends Handler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("io.offspan.otel");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();

    LogLines() {
        LOG.addHandler(this);
    }

    /** Returns what an operator should look at. */
    List<String> lines() {
        return lines;
    }

    /** Returns what is only good to know. */
    List<String> notes() {
        return notes;
    }

    @Override
    public void publish(LogRecord record) {
        (record.getLevel().intValue() < Level.WARNING.intValue() ? notes : lines).add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOG.removeHandler(this);
    }
}
