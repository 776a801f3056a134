package io.offspan.query.exec;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.SpanView;
import io.offspan.codec.span.StringHeap;
import org.jspecify.annotations.Nullable;

/** Looks at a text that is a field of the span or of its events. Without a relation, being there is enough. */
final class TextProbe extends Probe {
    /** Which text. */
    enum Place {
        NAME,
        STATUS_MESSAGE,
        EVENT_NAME
    }

    private final Place place;
    private final @Nullable ValueTest test;

    TextProbe(Place place, @Nullable ValueTest test) {
        this.place = place;
        this.test = test;
    }

    @Override
    void enterBlock(StringHeap strings) {
        if (test != null) {
            test.enterBlock(strings);
        }
    }

    @Override
    int probe(SpanView span) {
        return switch (place) {
            case NAME -> outcome(span.nameIndex());
            case STATUS_MESSAGE -> span.hasStatusMessage() ? outcome(span.statusMessageIndex()) : MISSING;
            case EVENT_NAME -> span.hasEvents() ? events(span.events()) : MISSING;
        };
    }

    private int events(EventCursor events) {
        int best = MISSING;
        while (best != HOLDS && events.next()) {
            best = Math.max(best, outcome(events.nameIndex()));
        }
        return best;
    }

    private int outcome(int string) {
        return test == null || test.settle(test.ofIndexed(string)) ? HOLDS : FAILS;
    }

    @Override
    int cost() {
        return place == Place.NAME ? SpanTest.STRING : SpanTest.LIST;
    }
}
