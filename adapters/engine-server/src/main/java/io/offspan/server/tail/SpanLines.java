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
 * reader leaves. Who follows and gets nothing gets an empty line now and then, so that a reader who has left is noticed.
 *
 * <p><b>Threads.</b> Any number; of those who follow, {@value #FOLLOWERS} at once.
 */
public final class SpanLines implements Endpoint {
    /** Each has a thread to itself. */
    static final int FOLLOWERS = 8;

    private static final int LINES = 200;
    private static final int MOST_LINES = 10_000;
    private static final int POLL_MILLIS = 50;
    private static final int SILENT_POLLS = 200;
    private static final int BLOCKS = 8;
    private static final String TYPE = "application/x-ndjson";
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final StoreReader reader;
    private final QueryEngine engine;
    private final Semaphore followers = new Semaphore(FOLLOWERS);

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
        if ("true".equals(exchange.parameter("follow"))) {
            if (!followers.tryAcquire()) {
                throw new Refused(503, FOLLOWERS + " follow already; one of them has to leave first");
            }
            try {
                follow(exchange, matcher);
            } finally {
                followers.release();
            }
        } else {
            newest(exchange, query.limit(limit(exchange)).maxTime(LONGEST));
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
                OutputStream out = exchange.stream(TYPE)) {
            while (spans.next()) {
                writer.begin().add(spans.view());
                line(writer.end(), out);
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
            LogFollower.Handler handler = block -> lines(block, matcher, writer, out);
            int silent = 0;
            while (!Thread.currentThread().isInterrupted()) {
                if (follower.poll(handler, BLOCKS) > 0) {
                    out.flush();
                    silent = 0;
                    continue;
                }
                if (++silent == SILENT_POLLS) {
                    out.write('\n');
                    out.flush();
                    silent = 0;
                }
                Thread.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException gone) {
            throw gone.getCause();
        }
    }

    private static void lines(BlockReader block, SpanMatcher matcher, OtlpWriter writer, OutputStream out) {
        matcher.enterBlock(block);
        for (int i = 0; i < block.count(); i++) {
            try {
                if (matcher.matches(block.span(i))) {
                    line(writer.writeRequest(block, i, i + 1), out);
                }
            } catch (IndexOutOfBoundsException | FormatException damaged) {
                // Verify says where; the others are shown.
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
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
