package io.offspan.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.otlp.OtlpArbitraries;
import io.offspan.testkit.otlp.SpanBag;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;

/**
 * What every store of spans has to do. Extend it, say how such a store is made, and run it as any test of jqwik:
 *
 * <pre>{@code
 * class MyStoreTest extends SpanStoreContract {
 *     @Override
 *     protected StoreUnderTest open() throws Exception {
 *         return new MyStoreAdapter(Files.createTempDirectory("spans"));
 *     }
 * }
 * }</pre>
 *
 * <p>Lives of a store are made at random, appends, rolls, reopenings, damage, retention, and after each event questions; every answer is
 * compared with a model that keeps all spans in a list. A life that fails shrinks to the events and spans that it takes.
 */
public abstract class SpanStoreContract {
    private static final String NOTHING = "";
    private static final int MOST_TEXT = 2_000;

    private final List<StoreUnderTest> opened = new ArrayList<>();

    /** Returns an empty store on a place of its own. The contract closes it. */
    protected abstract StoreUnderTest open() throws Exception;

    /** A store and the spans that it ought to have. */
    protected static final class Life {
        private final StoreUnderTest store;
        /** What was stored and not taken away. */
        private SpanBag model = new SpanBag();
        /** What was ever stored, for a follower has seen it. */
        private final SpanBag ever = new SpanBag();

        private boolean whole = true;

        Life(StoreUnderTest store) {
            this.store = store;
        }

        void append(ExportTraceServiceRequest request) throws Exception {
            SpanBag spans = SpanBag.of(request);
            assertThat(store.append(request.toByteArray())).as("spans stored").isEqualTo(spans.size());
            model.add(spans);
            ever.add(spans);
        }

        void ask(Question question) throws Exception {
            SpanBag expected = model.where(question.passes());
            compare("finds " + question.traceQl(), store.query(question.traceQl()), expected);
            compare("finds read-only " + question.traceQl(), store.queryReadOnly(question.traceQl()), expected);
        }

        void follow() throws Exception {
            if (whole) {
                compare("has followed", store.followed(), ever);
            }
        }

        /** Takes away what an event took away: as many spans as it said, none of them invented, none doubled. */
        void lose(OptionalInt said) throws Exception {
            if (said.isPresent()) {
                whole = whole && said.getAsInt() == 0;
                SpanBag left = store.query(Question.EVERYTHING.traceQl());
                assertThat(left.minus(model).isEmpty())
                        .as(
                                "spans that nobody stored: %s",
                                brief(left.minus(model).toString()))
                        .isTrue();
                assertThat(model.minus(left).size()).as("spans taken away").isEqualTo(said.getAsInt());
                model = left;
            }
        }

        void roll() throws Exception {
            store.roll();
            ask(Question.EVERYTHING);
        }

        void reopen() throws Exception {
            store.reopen();
            ask(Question.EVERYTHING);
        }

        private static void compare(String what, SpanBag found, SpanBag expected) {
            assertThat(found.equals(expected))
                    .as(
                            "a store that %s: missing %s, too many %s",
                            what,
                            brief(expected.minus(found).toString()),
                            brief(found.minus(expected).toString()))
                    .isTrue();
        }

        @Override
        public String toString() {
            return "a store of " + model.size() + " spans";
        }
    }

    @Property(tries = 30)
    void answersAsTheModelDoesWhateverHappens(@ForAll("lives") ActionChain<Life> life) {
        life.run();
    }

    @Property(tries = 30)
    void givesBackWhatItWasGiven(@ForAll("requests") ExportTraceServiceRequest request) throws Exception {
        Life life = begin();
        life.append(request);
        life.ask(Question.EVERYTHING);
        life.reopen();
    }

    @Provide
    Arbitrary<ExportTraceServiceRequest> requests() {
        return OtlpArbitraries.requests();
    }

    @Provide
    Arbitrary<ActionChain<Life>> lives() {
        return ActionChain.startWith(this::begin)
                .withAction(6, new With<>("append", requests(), Life::append))
                .withAction(4, new With<>("ask", Question.any(), Life::ask))
                .withAction(1, new With<>("follow", Arbitraries.just(NOTHING), (life, nothing) -> life.follow()))
                .withAction(1, new With<>("roll", Arbitraries.just(NOTHING), (life, nothing) -> life.roll()))
                .withAction(1, new With<>("reopen", Arbitraries.just(NOTHING), (life, nothing) -> life.reopen()))
                .withAction(
                        1,
                        new With<>(
                                "retire", Arbitraries.just(NOTHING), (life, nothing) -> life.lose(life.store.retire())))
                .withAction(
                        1,
                        new With<>(
                                "damage", Arbitraries.just(NOTHING), (life, nothing) -> life.lose(life.store.damage())))
                .withMaxTransformations(16);
    }

    /** A request that has not been shrunk yet may have megabytes of text, and a chain of them is printed several times. */
    private static String brief(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + " …";
    }

    private Life begin() {
        try {
            StoreUnderTest store = open();
            opened.add(store);
            return new Life(store);
        } catch (Exception failed) {
            throw new AssertionError("The store does not open", failed);
        }
    }

    @AfterTry
    void close() throws Exception {
        for (StoreUnderTest store : opened) {
            store.close();
        }
        opened.clear();
    }

    /** Something that happens to a store. */
    private interface Event<T> {
        void to(Life life, T input) throws Exception;
    }

    /** An event with what it needs. */
    private record With<T>(String name, Arbitrary<T> inputs, Event<T> event) implements Action.Independent<Life> {
        @Override
        public Arbitrary<Transformer<Life>> transformer() {
            return inputs.map(input -> Transformer.mutate(brief(name + " " + input), life -> {
                try {
                    event.to(life, input);
                } catch (Exception failed) {
                    throw new AssertionError(name + " failed", failed);
                }
            }));
        }
    }
}
