package io.offspan.query.value;

import io.offspan.codec.span.EventCursor;
import io.offspan.codec.span.LinkCursor;
import io.offspan.codec.span.SpanView;
import org.jspecify.annotations.Nullable;

/** The one event and the one link of a span at which an expression is evaluated. */
public final class Spot {
    /** Neither an event nor a link. */
    public static final Spot NOWHERE = new Spot();

    private @Nullable EventCursor event;
    private @Nullable LinkCursor link;

    void enter(@Nullable EventCursor spotEvent, @Nullable LinkCursor spotLink) {
        event = spotEvent;
        link = spotLink;
    }

    @Nullable
    EventCursor event() {
        return event;
    }

    @Nullable
    LinkCursor link() {
        return link;
    }

    /** What is asked at each spot of a span until it holds at one. */
    public abstract static class Question {
        private final Spot spot = new Spot();

        public abstract boolean holds(SpanView span, Spot spot);

        /**
         * Asks at every pair of an event and a link of the span, as far as its sources look at either; where the span has
         * none, once without.
         *
         * @param needs {@link ValueSource#EVENTS}, {@link ValueSource#LINKS}, both or none
         */
        public final boolean holdsSomewhere(SpanView span, int needs) {
            if ((needs & ValueSource.LINKS) == 0 || !span.hasLinks()) {
                return holdsAtAnEvent(span, needs, null);
            }
            LinkCursor links = span.links();
            while (links.next()) {
                if (holdsAtAnEvent(span, needs, links)) {
                    return true;
                }
            }
            return false;
        }

        private boolean holdsAtAnEvent(SpanView span, int needs, @Nullable LinkCursor link) {
            if ((needs & ValueSource.EVENTS) == 0 || !span.hasEvents()) {
                spot.enter(null, link);
                return holds(span, spot);
            }
            EventCursor events = span.events();
            spot.enter(events, link);
            while (events.next()) {
                if (holds(span, spot)) {
                    return true;
                }
            }
            return false;
        }
    }
}
