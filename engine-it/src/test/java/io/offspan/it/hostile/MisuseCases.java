package io.offspan.it.hostile;

import io.offspan.codec.FormatException;
import io.offspan.codec.block.BlockReader;
import io.offspan.codec.span.AttributeCursor;
import io.offspan.codec.span.SpanDraft;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.wire.Memory;
import io.offspan.core.BlockCursor;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreSnapshot;
import io.offspan.core.value.Position;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.Query;
import io.offspan.query.QueryEngine;
import io.offspan.query.SpanCursor;
import io.offspan.query.ast.QueryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Calls that nobody should make, by name, each with the exception it gets; they are made on an open store with a span in it. */
final class MisuseCases {
    /** Makes the call. */
    interface Call {
        void on(SpanStore store) throws Exception;
    }

    /**
     * One call.
     *
     * @param refusal the exception it gets
     * @param message a part of what that says, empty where the JDK says it
     */
    record Case(String name, Class<? extends Exception> refusal, String message, Call call) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private MisuseCases() {}

    static List<Case> all() {
        MisuseCases table = new MisuseCases();
        table.ids();
        table.nothing();
        table.ranges();
        table.settings();
        table.afterClose();
        table.drafts();
        return table.cases;
    }

    private void refused(String name, Class<? extends Exception> refusal, String message, Call call) {
        cases.add(new Case(name, refusal, message, call));
    }

    private void ids() {
        String good = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (String id : List.of("", good + "0", good.replace('f', 'g'), "4bg9", "0x4bf9", "../../etc/passwd")) {
            refused(
                    "trace id '" + id + "'",
                    QueryException.class,
                    "hexadecimal",
                    store -> engine(store).trace(id));
        }
        refused(
                "no trace id",
                NullPointerException.class,
                "",
                store -> engine(store).trace(null));
        refused(
                "limit of 0",
                QueryException.class,
                "allowed are 1 to",
                store -> Query.all().limit(0));
        refused(
                "limit of 2^31 - 1",
                QueryException.class,
                "allowed are 1 to",
                store -> Query.all().limit(Integer.MAX_VALUE));
        refused("no filter", NullPointerException.class, "filter", store -> Query.where(null));
        refused(
                "position that is none",
                IllegalArgumentException.class,
                "id:number+ordinal",
                store -> Position.parse("last"));
        refused(
                "position before the start",
                IllegalArgumentException.class,
                "before span -1",
                store -> new Position(1, 1, -1));
    }

    private void nothing() {
        refused("store in no directory", NullPointerException.class, "directory", store -> SpanStore.open(null));
        refused(
                "store without settings",
                NullPointerException.class,
                "config",
                store -> SpanStore.open(store.directory().resolveSibling("never"), null));
        refused("no request", NullPointerException.class, "", store -> store.appendOtlp(null));
        refused("no name", NullPointerException.class, "name", store -> new SpanDraft().name(null));
        refused("no key", NullPointerException.class, "key", store -> new SpanDraft().attribute(null, 1));
        refused("reader of no directory", NullPointerException.class, "", store -> StoreReader.open(null));
        refused(
                "follower from nowhere",
                NullPointerException.class,
                "",
                store -> store.reader().follower(null));
    }

    private void ranges() {
        refused(
                "request beyond its array",
                IndexOutOfBoundsException.class,
                "",
                store -> store.appendOtlp(new byte[10], 5, 6));
        refused(
                "request of negative length",
                IndexOutOfBoundsException.class,
                "",
                store -> store.appendOtlp(new byte[10], 5, -1));
        refused(
                "request at a negative place",
                IndexOutOfBoundsException.class,
                "",
                store -> store.appendOtlp(new byte[10], -1, 5));
        refused(
                "span before the first",
                IndexOutOfBoundsException.class,
                "Span -1",
                store -> block(store).span(-1));
        refused(
                "span behind the last",
                IndexOutOfBoundsException.class,
                "Span 1000",
                store -> block(store).span(1000));
        refused(
                "string behind the last",
                IndexOutOfBoundsException.class,
                "String 60000",
                store -> block(store).strings().get(60_000));
        refused(
                "read outside a window",
                IndexOutOfBoundsException.class,
                "window of 64",
                store -> Memory.allocate(64).getLong(57));
        refused(
                "reader where no store is",
                SpanStoreException.NotAStore.class,
                "No store in",
                store -> StoreReader.open(Path.of("/nowhere/at/all")));
        refused(
                "store that is open",
                SpanStoreException.Locked.class,
                "already open in this process",
                store -> SpanStore.open(store.directory()));
    }

    private void settings() {
        setting("slabBytes = 65535", "outside", c -> c.slabBytes(65_535));
        setting("slabBytes = 100000", "power of two", c -> c.slabBytes(100_000));
        setting("slabs = 3", "outside 4 to 2048", c -> c.slabs(3));
        setting("spansPerBlock = 0", "outside", c -> c.spansPerBlock(0));
        setting("maxSpanBytes = 2^31 - 1", "outside", c -> c.maxSpanBytes(Integer.MAX_VALUE));
        setting("largeSlabs = 0", "outside", c -> c.largeSlabs(0));
        setting("stripes = -1", "outside", c -> c.stripes(-1));
        setting("maxWait = -1 ns", "outside", c -> c.maxWait(Duration.ofNanos(-1)));
        setting("syncInterval = 0", "outside", c -> c.syncInterval(Duration.ZERO));
        setting("budgetBytes = 1", "outside", c -> c.budgetBytes(1));
        setting("budgetBytes = -1", "outside", c -> c.budgetBytes(-1));
        setting("segmentBytes = 2^62", "outside", c -> c.segmentBytes(1L << 62));
        setting("segmentSpans = 1", "outside", c -> c.segmentSpans(1));
        setting("maxAge = 2^63 s", "outside", c -> c.maxAge(Duration.ofSeconds(Long.MAX_VALUE)));
        setting(
                "fewer slabs than stripes need",
                "less than two for each",
                c -> c.slabs(4).stripes(16));
        setting(
                "segment smaller than two blocks",
                "less than two blocks",
                c -> c.segmentBytes(1 << 20).maxSpanBytes(4 << 20));
        setting(
                "budget smaller than the slabs",
                "budgetBytes",
                c -> c.slabs(2048).slabBytes(1 << 20).segmentBytes(64 << 20).budgetBytes(64 << 20));
    }

    private void setting(String name, String message, UnaryOperator<StoreConfig.Builder> change) {
        refused(
                name,
                IllegalArgumentException.class,
                message,
                store -> change.apply(StoreConfig.builder()).build());
    }

    private void afterClose() {
        refused(
                "snapshot after close",
                IllegalStateException.class,
                "closed",
                store -> closed(store).blocks());
        refused("blocks of a closed snapshot", IllegalStateException.class, "closed", store -> {
            StoreSnapshot snapshot = store.reader().snapshot();
            BlockCursor blocks = snapshot.blocks();
            snapshot.close();
            blocks.next();
        });
        refused("block before the first", IllegalStateException.class, "call next() first", store -> {
            try (StoreSnapshot snapshot = store.reader().snapshot()) {
                snapshot.blocks().open();
            }
        });
        refused(
                "span of a closed snapshot",
                IndexOutOfBoundsException.class,
                "",
                store -> view(store).name());
        refused(
                "line of a closed snapshot",
                IndexOutOfBoundsException.class,
                "",
                store -> view(store).spanId());
        refused(
                "attributes of a closed snapshot",
                IndexOutOfBoundsException.class,
                "",
                store -> view(store).attributes());
        refused("attribute of a closed snapshot", IndexOutOfBoundsException.class, "", store -> {
            StoreSnapshot snapshot = store.reader().snapshot();
            AttributeCursor attributes = first(snapshot).span(0).attributes();
            attributes.next();
            snapshot.close();
            attributes.stringValue();
        });
        refused("answer after close", IllegalStateException.class, "closed", store -> {
            SpanCursor cursor = engine(store).find(Query.all());
            cursor.close();
            cursor.next();
        });
        refused("span of a closed answer", Exception.class, "", store -> {
            SpanCursor cursor = engine(store).find(Query.all());
            cursor.next();
            SpanView view = cursor.view();
            cursor.close();
            view.name();
        });
        refused("reader after close", IllegalStateException.class, "closed", store -> {
            StoreReader reader = StoreReader.open(store.directory());
            reader.close();
            reader.snapshot();
        });
        refused("follower of a closed reader", IllegalStateException.class, "closed", store -> {
            StoreReader reader = StoreReader.open(store.directory());
            var follower = reader.follower(Position.START);
            reader.close();
            follower.poll(block -> {});
        });
    }

    private void drafts() {
        refused("65,536 attributes by calls", FormatException.class, "65535 attributes", store -> {
            SpanDraft draft = new SpanDraft().clear();
            for (int i = 0; i <= 0xffff; i++) {
                draft.attribute("k", i);
            }
        });
        refused("65,536 events by calls", FormatException.class, "65535 events", store -> {
            SpanDraft draft = new SpanDraft().clear();
            for (int i = 0; i <= 0xffff; i++) {
                draft.event(i, "e");
            }
        });
        refused(
                "dropped attributes of no event",
                IllegalStateException.class,
                "event",
                store -> new SpanDraft().clear().eventDroppedAttributes(1));
        refused(
                "trace state of no link",
                IllegalStateException.class,
                "link",
                store -> new SpanDraft().clear().linkTraceState("a=b"));
    }

    private static QueryEngine engine(SpanStore store) {
        return QueryEngine.over(store.reader());
    }

    private static StoreSnapshot closed(SpanStore store) {
        StoreSnapshot snapshot = store.reader().snapshot();
        snapshot.close();
        return snapshot;
    }

    private static BlockReader block(SpanStore store) {
        return first(store.reader().snapshot());
    }

    private static BlockReader first(StoreSnapshot snapshot) {
        BlockCursor blocks = snapshot.blocks();
        if (!blocks.next()) {
            throw new AssertionError("The store is empty");
        }
        return blocks.open();
    }

    private static SpanView view(SpanStore store) {
        StoreSnapshot snapshot = store.reader().snapshot();
        SpanView view = first(snapshot).span(0);
        snapshot.close();
        return view;
    }
}
