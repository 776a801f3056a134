package io.offspan.junit;

import static io.offspan.junit.OffspanAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.offspan.codec.model.Span;
import io.offspan.query.traceql.TraceQlException;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SpansAssertTest {
    private static final long NOON = 1_760_000_000_000_000_000L;
    private static final long MILLISECOND = 1_000_000;
    /** Longer than any machine takes: nothing waits so long that is as it should be. */
    private static final Duration AGES = Duration.ofMinutes(5);

    @RegisterExtension
    final OffspanExtension offspan = OffspanExtension.create();

    private io.opentelemetry.api.trace.Span start(String name, io.opentelemetry.api.trace.Span parent, long millis) {
        return offspan.tracer("shop")
                .spanBuilder(name)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent == null ? Context.root() : Context.root().with(parent))
                .setStartTimestamp(NOON + millis * MILLISECOND, TimeUnit.NANOSECONDS)
                .startSpan();
    }

    private static void end(io.opentelemetry.api.trace.Span span, long millis) {
        span.end(NOON + millis * MILLISECOND, TimeUnit.NANOSECONDS);
    }

    /** A checkout of 10 ms that asks the cart from its first to its fourth, and in vain the bank from its fifth to its ninth. */
    private SpanContext buy() {
        var checkout = start("checkout", null, 0);
        var cart = start("GET /cart", checkout, 1);
        cart.setAttribute("http.route", "/cart");
        end(cart, 4);
        var bank = start("POST /pay", checkout, 5);
        bank.setStatus(StatusCode.ERROR, "no money");
        end(bank, 9);
        end(checkout, 10);
        return checkout.getSpanContext();
    }

    private static String failure(ThrowingCallable assertion) {
        AssertionError failure = catchThrowableOfType(AssertionError.class, assertion);
        assertThat(failure).as("a failed assertion").isNotNull();
        return failure.getMessage();
    }

    @Test
    void saysNothingOfWhatIsAsExpected() {
        SpanContext checkout = buy();
        assertThat(offspan.spans())
                .trace(checkout)
                .has("{ name = \"checkout\" } >> { span.http.route = \"/cart\" }")
                .hasNo("{ name = \"GET /cart\" } >> { }")
                .hasCount(3)
                .hasCount(1, "{ status = error }")
                .hasInOrder("{ name = \"checkout\" }", "{ name = \"GET /cart\" }", "{ name = \"POST /pay\" }")
                .isComplete();
        assertThat(offspan.spans())
                .onlyTrace()
                .spans("{ kind = server } > { }")
                .extracting(Span::name)
                .containsExactly("GET /cart", "POST /pay");
    }

    @Test
    void showsTheTraceWhereAQuestionIsNotAnswered() {
        SpanContext checkout = buy();
        String id = checkout.getTraceId();
        assertThat(failure(() -> assertThat(offspan.spans())
                        .trace(id)
                        .has("{ name = \"checkout\" } >> { resource.service.name = \"bank\" }")))
                .isEqualTo(
                        "Expected in trace " + id + " a span that answers\n"
                                + "  { name = \"checkout\" } >> { resource.service.name = \"bank\" }\n"
                                + "but none does.\n"
                                + "\n"
                                + "trace " + id + ": 3 spans of 1 service in 10.0ms\n"
                                + "      +0ns   10.0ms  |========================|  unknown_service:java  checkout\n"
                                + "   +1.00ms   3.00ms  |..========..............|  unknown_service:java    GET /cart\n"
                                + "                                                                         · http.route=/cart\n"
                                + "   +5.00ms   4.00ms  |............==========..|  unknown_service:java    POST /pay  (error: no money)\n");
    }

    @Test
    void namesWhatShouldNotBeThere() {
        buy();
        assertThat(failure(() -> assertThat(offspan.spans()).onlyTrace().hasNoErrors()))
                .contains("no span that has failed\nbut 1 does: 'POST /pay'.", "(error: no money)");
        assertThat(failure(() -> assertThat(offspan.spans()).hasNo("{ kind = server }")))
                .contains("no span that answers\n  { kind = server }\nbut 3 do: 'checkout', 'GET /cart', 'POST /pay'.");
        assertThat(failure(() -> assertThat(offspan.spans()).isEmpty())).startsWith("Expected no spans");
    }

    @Test
    void saysHowManyThereAre() {
        buy();
        assertThat(failure(() -> assertThat(offspan.spans()).hasCount(4)))
                .startsWith("Expected 4 spans in the spans of this test, but there are 3.");
        assertThat(failure(() -> assertThat(offspan.spans()).hasCount(2, "{ status = error }")))
                .startsWith(
                        "Expected in the spans of this test 2 spans to answer\n  { status = error }\nbut 1 does: 'POST /pay'.");
        buy();
        assertThat(failure(() -> assertThat(offspan.spans()).onlyTrace()))
                .startsWith("Expected 1 trace in the spans of this test, but there are 2.");
    }

    @Test
    void saysWhichCameTooEarly() {
        buy();
        assertThat(failure(() -> assertThat(offspan.spans())
                        .onlyTrace()
                        .hasInOrder("{ name = \"checkout\" }", "{ name = \"POST /pay\" }", "{ name = \"GET /cart\" }")))
                .contains("but 'GET /cart' starts 4.00ms before 'POST /pay'.");
        assertThat(failure(() -> assertThat(offspan.spans()).hasInOrder("{ name = \"refund\" }")))
                .contains("answers\n  { name = \"refund\" }\nbut none does.");
    }

    @Test
    void seesWhereAParentIsMissing() {
        SpanContext remote = SpanContext.createFromRemoteParent(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00f067aa0ba902b7",
                TraceFlags.getSampled(),
                TraceState.getDefault());
        end(start("GET /cart", io.opentelemetry.api.trace.Span.wrap(remote), 0), 1);
        assertThat(failure(() -> assertThat(offspan.spans()).trace(remote).isComplete()))
                .contains("but it has 0 roots and 1 span without the parent that is named.", "(parent missing)");
    }

    @Test
    void looksAtOneTraceOfSeveral() {
        SpanContext first = buy();
        SpanContext second = buy();
        assertThat(offspan.spans()).hasTraceCount(2).hasCount(2, "{ status = error }");
        assertThat(offspan.spans()).trace(second).hasCount(1, "{ status = error }");
        assertThat(offspan.spans())
                .trace(first.getTraceId().toUpperCase(Locale.ROOT))
                .hasCount(1, "{ status = error }");
        assertThat(failure(() -> assertThat(offspan.spans()).trace("1").has("{ }")))
                .contains("trace 1 ", "No span is stored of it.");
    }

    @Test
    void waitsForSpansOfOtherThreads() throws InterruptedException {
        assertThat(failure(() -> assertThat(offspan.spans()).hasTraceCount(1)))
                .startsWith("Expected 1 trace in the spans of this test, but there are 0.");
        Thread service = new Thread(this::buy);
        service.start();
        assertThat(offspan.spans())
                .within(AGES)
                .onlyTrace()
                .has("{ name = \"checkout\" }")
                .hasCount(3);
        service.join();
    }

    @Test
    void showsWhatSpansAreCalledAndTakesItForNothingElse() {
        end(start("100 %d \u001b[2J\n\u202eevil", null, 0), 1);
        assertThat(failure(() -> assertThat(offspan.spans()).has("{ name = \"%s\" }")))
                .contains("{ name = \"%s\" }", "100 %d  [2J �evil")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void leavesOutWhatIsTooMuchToRead() {
        // Before the others: traces that begin together come in any order.
        var root = start("root", null, -1);
        for (int i = 0; i < 150; i++) {
            end(start("child", root, i), i + 1);
        }
        end(root, 200);
        for (int i = 0; i < 6; i++) {
            buy();
        }
        assertThat(failure(() -> assertThat(offspan.spans()).hasNo("{ }")))
                .contains("  and 51 more spans\n")
                .endsWith("and 2 more traces");
    }

    @Test
    void refusesWhatIsNoQuestion() {
        assertThatExceptionOfType(TraceQlException.class)
                .isThrownBy(() -> assertThat(offspan.spans()).has("{ name = }"))
                .withMessageContaining("column 10");
    }
}
