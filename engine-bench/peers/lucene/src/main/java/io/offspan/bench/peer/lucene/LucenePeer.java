package io.offspan.bench.peer.lucene;

import io.offspan.bench.peer.Finding;
import io.offspan.bench.peer.Messages;
import io.offspan.bench.peer.Peer;
import io.offspan.bench.peer.PeerVersion;
import io.offspan.bench.w1.W1Queries;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.ControlledRealTimeReopenThread;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/** Spans as documents of Lucene: every attribute is a term, and what was written is visible within a second. */
public final class LucenePeer implements Peer {
    private static final double BUFFER_MIB = 64;
    private static final double VISIBLE_SECONDS = 1;
    private static final int TRACE_LIMIT = 10_000;

    private FSDirectory directory;
    private IndexWriter writer;
    private SearcherManager searchers;
    private ControlledRealTimeReopenThread<IndexSearcher> reopen;

    @Override
    public String description() {
        return PeerVersion.of(getClass()) + "; every attribute a term, start and duration as points, buffer of 64 MiB,"
                + " visible within a second, committed on close; spans as stored OTLP, without resource and scope;"
                + " answers any attribute";
    }

    @Override
    public void open(Path path, long spans) throws IOException {
        directory = FSDirectory.open(path);
        writer = new IndexWriter(directory, new IndexWriterConfig().setRAMBufferSizeMB(BUFFER_MIB));
        searchers = new SearcherManager(writer, null);
        reopen = new ControlledRealTimeReopenThread<>(writer, searchers, VISIBLE_SECONDS, VISIBLE_SECONDS);
        reopen.setDaemon(true);
        reopen.start();
    }

    @Override
    public void ingest(byte[] request) throws Exception {
        List<Document> documents = new ArrayList<>();
        Messages.visit(request, (service, span) -> documents.add(document(service, span)));
        writer.addDocuments(documents);
    }

    private static Document document(String service, Span span) {
        Document document = new Document();
        document.add(new StringField("trace", new BytesRef(span.getTraceId().toByteArray()), Field.Store.NO));
        document.add(term("service", service));
        document.add(term("name", span.getName()));
        document.add(term("status", Integer.toString(span.getStatus().getCodeValue())));
        document.add(new LongPoint("start", span.getStartTimeUnixNano()));
        document.add(new NumericDocValuesField("start", span.getStartTimeUnixNano()));
        document.add(new LongPoint("duration", Messages.durationNanos(span)));
        for (KeyValue attribute : span.getAttributesList()) {
            document.add(term(attribute.getKey(), text(attribute.getValue())));
        }
        document.add(new StoredField("span", span.toByteArray()));
        return document;
    }

    private static StringField term(String field, String text) {
        return new StringField(field, text, Field.Store.NO);
    }

    private static String text(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> Double.toString(value.getDoubleValue());
        };
    }

    @Override
    public void settle() throws IOException {
        searchers.maybeRefreshBlocking();
    }

    @Override
    public Finding trace(long high, long low) throws Exception {
        byte[] id =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        Query query = new ConstantScoreQuery(new TermQuery(new Term("trace", new BytesRef(id))));
        IndexSearcher searcher = searchers.acquire();
        try {
            return read(searcher, searcher.search(query, TRACE_LIMIT));
        } finally {
            searchers.release(searcher);
        }
    }

    private static Finding read(IndexSearcher searcher, TopDocs found) throws Exception {
        StoredFields stored = searcher.storedFields();
        long sum = 0;
        for (ScoreDoc hit : found.scoreDocs) {
            BytesRef message = stored.document(hit.doc).getBinaryValue("span");
            Span span = Span.parser().parseFrom(message.bytes, message.offset, message.length);
            sum += Messages.word(span.getSpanId(), 0);
        }
        return new Finding(found.scoreDocs.length, sum);
    }

    @Override
    public Finding search(W1Queries.Search asked) throws Exception {
        String error = Integer.toString(Status.StatusCode.STATUS_CODE_ERROR_VALUE);
        Query query = new BooleanQuery.Builder()
                .add(new TermQuery(new Term("service", asked.serviceName())), BooleanClause.Occur.FILTER)
                .add(new TermQuery(new Term("status", error)), BooleanClause.Occur.FILTER)
                .add(
                        LongPoint.newRangeQuery("duration", W1Queries.SLOW_NANOS, Long.MAX_VALUE),
                        BooleanClause.Occur.FILTER)
                .add(
                        LongPoint.newRangeQuery("start", asked.fromNanos(), asked.toNanos() - 1),
                        BooleanClause.Occur.FILTER)
                .build();
        Sort newestFirst = new Sort(new SortField("start", SortField.Type.LONG, true));
        IndexSearcher searcher = searchers.acquire();
        try {
            return read(searcher, searcher.search(query, W1Queries.LIMIT, newestFirst));
        } finally {
            searchers.release(searcher);
        }
    }

    @Override
    public long count(W1Queries.Count asked) throws IOException {
        Query query = new BooleanQuery.Builder()
                .add(new TermQuery(new Term("service", asked.serviceName())), BooleanClause.Occur.FILTER)
                .add(new TermQuery(new Term("http.route", asked.route())), BooleanClause.Occur.FILTER)
                .build();
        IndexSearcher searcher = searchers.acquire();
        try {
            return searcher.count(query);
        } finally {
            searchers.release(searcher);
        }
    }

    @Override
    public void close() throws IOException {
        reopen.close();
        searchers.close();
        writer.close();
        directory.close();
    }
}
