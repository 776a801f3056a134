package io.offspan.server.tail;

import com.fasterxml.jackson.core.JsonGenerator;
import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.otlp.OtlpWriter;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.core.LogFollower;
import io.offspan.core.StoreReader;
import io.offspan.core.value.Position;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanMatcher;
import io.offspan.query.ast.QueryException;
import io.offspan.query.scan.ScanOutcome;
import io.offspan.server.http.AnswerStream;
import io.offspan.server.http.Endpoint;
import io.offspan.server.http.Exchange;
import io.offspan.server.http.Refused;
import io.offspan.server.json.OtlpJson;
import io.offspan.server.json.OtlpJson.Dialect;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Gives spans as lines of OTLP/JSON, one each: the newest that pass a filter, or with {@code follow=true} those that come from now on, until the
 * reader leaves. Who follows and gets nothing gets an empty line now and then, so that a reader who has left is noticed. A list that cannot be
 * finished ends with its connection, so that nobody takes it for a whole one.
 *
 * <p><b>Threads.</b> Any number; of those who follow, {@value #FOLLOWERS} at once, of the others {@value #READERS}.
 */
public final class SpanLines implements Endpoint {
    /** Each has a thread to itself. */
    static final int FOLLOWERS = 8;
    /** Each keeps its thread while it reads, however slowly. */
    static final int READERS = 4;

    private static final int LINES = 200;
    private static final int MOST_LINES = 10_000;
    private static final int POLL_MILLIS = 50;
    private static final int BLOCKS = 8;
    private static final String TYPE = "application/x-ndjson";
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final long SILENCE_NANOS = Duration.ofSeconds(10).toNanos();

    private final StoreReader reader;
    private final QueryEngine engine;
    private final Semaphore followers = new Semaphore(FOLLOWERS);
    private final Semaphore readers = new Semaphore(READERS);

    public SpanLines(StoreReader reader, QueryEngine engine) {
        this.reader = reader;
        this.engine = engine;
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        Query query;
        SpanMatcher matcher;
        try {
            String text = exchange.parameter("q");
            query = text == null || text.isBlank() ? Query.all() : Query.traceQl(text);
            matcher = query.matcher();
        } catch (QueryException refused) {
            throw new Refused(400, String.valueOf(refused.getMessage()));
        }
        boolean follow = "true".equals(exchange.parameter("follow"));
        query = query.limit(limit(exchange)).maxTime(LONGEST);
        if (exchange.method().equals("HEAD")) {
            // Nothing is written to it by which it would be noticed that the reader has left.
            exchange.send(200, TYPE, new byte[0]);
            return;
        }
        Semaphore turns = follow ? followers : readers;
        if (!turns.tryAcquire()) {
            throw new Refused(
                    503,
                    follow
                            ? FOLLOWERS + " follow already; one of them has to leave first"
                            : READERS + " lists are being read already; ask again in a moment");
        }
        try {
            if (follow) {
                follow(exchange, matcher);
            } else {
                newest(exchange, query);
            }
        } catch (QueryException refused) {
            throw new Refused(400, String.valueOf(refused.getMessage()));
        } finally {
            turns.release();
        }
    }

    private static int limit(Exchange exchange) {
        String text = exchange.parameter("limit");
        if (text == null) {
            return LINES;
        }
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_LINES) {
            throw new Refused(400, "limit is not a number from 1 to " + MOST_LINES);
        }
        return Integer.parseInt(text);
    }

    private void newest(Exchange exchange, Query query) throws IOException {
        OtlpWriter writer = new OtlpWriter();
        try (SpanCursor spans = engine.find(query);
                AnswerStream out = exchange.stream(TYPE)) {
            try {
                while (spans.next()) {
                    writer.begin().add(spans.view());
                    line(writer.end(), out);
                }
                if (spans.outcome().ending() == ScanOutcome.Ending.OUT_OF_TIME) {
                    throw new Refused(503, "The list took longer than " + LONGEST.toSeconds() + " s");
                }
            } catch (RuntimeException broken) {
                out.abort(broken);
                throw broken;
            }
        }
    }

    private void follow(Exchange exchange, SpanMatcher matcher) throws IOException {
        LogFollower follower = reader.follower(Position.START);
        follower.skipToEnd();
        try (OutputStream out = exchange.stream(TYPE)) {
            // The reader learns at once that it follows.
            out.flush();
            OtlpWriter writer = new OtlpWriter();
            long[] lastLine = {System.nanoTime()};
            LogFollower.Handler handler = block -> {
                if (lines(block, matcher, writer, out) > 0) {
                    lastLine[0] = System.nanoTime();
                }
            };
            while (!Thread.currentThread().isInterrupted()) {
                int blocks = follower.poll(handler, BLOCKS);
                if (System.nanoTime() - lastLine[0] > SILENCE_NANOS) {
                    out.write('\n');
                    lastLine[0] = System.nanoTime();
                }
                out.flush();
                if (blocks == 0) {
                    Thread.sleep(POLL_MILLIS);
                }
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    /** Writes the spans of a block that pass, and returns how many these are. */
    private static int lines(BlockReader block, SpanMatcher matcher, OtlpWriter writer, OutputStream out) {
        int lines = 0;
        matcher.enterBlock(block);
        for (int i = 0; i < block.count(); i++) {
            try {
                if (matcher.matches(block.span(i))) {
                    line(writer.writeRequest(block, i, i + 1), out);
                    lines++;
                }
            } catch (IndexOutOfBoundsException | FormatException damaged) {
                // Verify says where; the others are shown.
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
        return lines;
    }

    private static void line(ProtoOutput span, OutputStream out) throws IOException {
        try (JsonGenerator json = OtlpJson.FACTORY.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            json.writeStartObject();
            OtlpJson.write(span, "resourceSpans", Dialect.OTLP, json);
            json.writeEndObject();
        }
        out.write('\n');
    }
}
