package io.offspan.bench.peer;

import io.offspan.bench.w1.W1Queries;
import io.offspan.codec.model.Span;
import io.offspan.codec.span.SpanStatus;
import io.offspan.core.OtlpReceipt;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.SpanIndex;
import io.offspan.query.ast.Filter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Offspan itself, measured in the same way as what it stands beside. */
public final class OffspanPeer implements Peer {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long BUDGET_EXTRA_BYTES = 1L << 30;
    private static final long BUDGET_SPAN_BYTES = 300;

    private @Nullable SpanStore store;
    private @Nullable QueryEngine engine;
    private @Nullable SpanIndex index;

    @Override
    public String description() {
        return "the defaults, but overflow waits; all fields are kept; indexed by a thread of its own; cpu is the caller's,"
                + " cpu of process all of it";
    }

    @Override
    public void open(Path directory, long spans) {
        SpanStore opened = SpanStore.open(
                directory,
                StoreConfig.builder()
                        .overflow(OverflowPolicy.WAIT)
                        .maxWait(PATIENCE)
                        .budgetBytes(BUDGET_EXTRA_BYTES + spans * BUDGET_SPAN_BYTES)
                        .build());
        store = opened;
        index = SpanIndex.over(opened);
        engine = QueryEngine.over(opened.reader());
    }

    private SpanStore store() {
        SpanStore open = store;
        if (open == null) {
            throw new IllegalStateException("The store is not open");
        }
        return open;
    }

    private QueryEngine engine() {
        QueryEngine open = engine;
        if (open == null) {
            throw new IllegalStateException("The store is not open");
        }
        return open;
    }

    @Override
    public void ingest(byte[] request) {
        OtlpReceipt receipt = store().appendOtlp(request);
        if (receipt.accepted() == 0) {
            throw new IllegalStateException("No span of a request was accepted: " + receipt);
        }
    }

    @Override
    public void settle() {
        if (!store().flush(PATIENCE)) {
            throw new IllegalStateException("The store did not write its spans to the log within " + PATIENCE);
        }
        SpanIndex open = index;
        if (open == null || !open.await(PATIENCE)) {
            throw new IllegalStateException("The spans were not indexed within " + PATIENCE);
        }
    }

    @Override
    public Finding trace(long high, long low) {
        long sum = 0;
        long spans = 0;
        for (Span span : engine().trace(high, low).spans()) {
            sum += span.spanIdBits();
            spans++;
        }
        return new Finding(spans, sum);
    }

    @Override
    public Finding search(W1Queries.Search search) {
        Query query = Query.where(Filter.service(search.serviceName())
                        .and(Filter.status(SpanStatus.ERROR))
                        .and(Filter.minDuration(Duration.ofNanos(W1Queries.SLOW_NANOS))))
                .from(search.fromNanos())
                .to(search.toNanos())
                .limit(W1Queries.LIMIT);
        long sum = 0;
        long spans = 0;
        try (SpanCursor cursor = engine().find(query)) {
            while (cursor.next()) {
                sum += cursor.view().spanId();
                spans++;
            }
        }
        return new Finding(spans, sum);
    }

    @Override
    public long count(W1Queries.Count count) {
        return engine().count(Query.where(Filter.service(count.serviceName())
                .and(Filter.spanAttribute("http.route").equalTo(count.route()))));
    }

    @Override
    public void close() {
        SpanIndex open = index;
        if (open != null) {
            open.close();
        }
        store().close();
    }
}
