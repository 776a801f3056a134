package io.offspan.it.export;

import io.offspan.it.gate.StampedSpan;
import io.offspan.testkit.receiver.Exchange;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of stamped spans that answers as it is told and keeps the ledger.
 *
 * <p><b>Threads.</b> Every connection has a daemon of its own; the methods are for any.
 */
final class LedgerReceiver implements AutoCloseable {
    private static final int NANOS_A_MILLI = 1_000_000;
    /** The exporter takes its waits from other clocks than ours. */
    private static final long SLACK_NANOS = 20L * NANOS_A_MILLI;

    private final SpanLedger ledger;
    private final int writer;
    private final OtlpReceiver receiver = OtlpReceiver.start().forgetful();
    private final OtlpReceiver elsewhere = OtlpReceiver.start().forgetful();
    private final AtomicInteger withoutCredentials = new AtomicInteger();
    /** By connection, the request answered last with a plain yes, until the next one comes. */
    private final Map<Socket, SpanLedger.Entry> answered = new ConcurrentHashMap<>();

    private volatile Fault.@Nullable Reply usual;
    private volatile Runnable beforeAnswer = () -> {};
    private volatile Silence silence = new Silence(System.nanoTime(), new int[0], null);
    private volatile Map<String, String> expected = Map.of();
    private volatile boolean oneAtATime = true;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();

    /** A time in which the exporter was asked to send nothing, the spans of the request that was answered so, and where that was said. */
    private record Silence(
            long untilNanos, int[] numbers, @Nullable Socket said) {
        long nanosLeft() {
            return untilNanos - System.nanoTime();
        }

        boolean concerns(int[] others) {
            return Arrays.stream(others)
                    .anyMatch(number -> Arrays.stream(numbers).anyMatch(mine -> mine == number));
        }
    }

    LedgerReceiver(SpanLedger ledger, int writer) throws IOException {
        this.ledger = ledger;
        this.writer = writer;
        receiver.usually(exchange -> reply(exchange, usual));
        receiver.afterConnection(socket -> {
            SpanLedger.Entry last = answered.remove(socket);
            if (last != null) {
                ledger.abandon(last);
            }
            if (silence.said == socket) {
                // Nobody may have heard it: the connection was one of an exporter that is dead, or ended by a restart.
                expectAnything();
            }
        });
    }

    int port() {
        return receiver.port();
    }

    /** Returns an address of this machine where the exporter has no business. */
    String elsewhere() {
        return elsewhere.endpoint().toString();
    }

    int visitorsElsewhere() {
        return elsewhere.visitors();
    }

    /** Sets the headers without which no request may come. */
    void expectHeaders(Map<String, String> headers) {
        expected = headers;
    }

    int withoutCredentials() {
        return withoutCredentials.get();
    }

    /** Sets what is done with the whole of every request before it is answered. */
    void beforeAnswer(Runnable check) {
        beforeAnswer = check;
    }

    /** Plans the answer to the next request. */
    void then(Fault.Reply reply) {
        receiver.then(exchange -> reply(exchange, reply));
    }

    /** Sets what is asked first for every request that has no answer planned; null from there means yes. */
    void usually(Fault.@Nullable Reply reply) {
        usual = reply;
    }

    /** Returns how many planned answers are still to be given. */
    int planned() {
        return receiver.planned();
    }

    /** Expects that other requests may be under way beside one that is answered. */
    void severalAtOnce() {
        oneAtATime = false;
    }

    /** Returns how many requests there have been at the same time. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    /**
     * Complains about every request that comes within that time; where several may be under way, about those only that have spans of
     * these numbers, since the exporter takes in the answer before it sends them again. The end of the connection ends that, too.
     */
    synchronized void expectNothingFor(long millis, int[] numbers, Socket said) {
        Silence next = new Silence(System.nanoTime() + millis * NANOS_A_MILLI, numbers, said);
        if (silence.untilNanos - next.untilNanos < 0) {
            silence = next;
        }
    }

    /** Expects requests at any time. */
    synchronized void expectAnything() {
        silence = new Silence(System.nanoTime(), new int[0], null);
    }

    /** Closes the port and every connection. */
    void stop() throws IOException {
        synchronized (ledger) {
            receiver.stop();
        }
    }

    /** Opens the same port again. */
    void start() throws IOException {
        receiver.resume();
    }

    /** Ends every connection, and waits until nobody works on a request. */
    void settle() throws IOException {
        receiver.settle();
    }

    private boolean reply(Exchange exchange, Fault.@Nullable Reply reply) throws IOException {
        mostAtOnce.accumulateAndGet(open.incrementAndGet(), Math::max);
        try {
            return answer(exchange, reply);
        } finally {
            open.decrementAndGet();
        }
    }

    private boolean answer(Exchange exchange, Fault.@Nullable Reply reply) throws IOException {
        // Who sends another request has read the answer to the one before.
        answered.remove(exchange.socket());
        Silence before = silence;
        if (oneAtATime) {
            expectNo(before);
        }
        if (!exchange.headers().entrySet().containsAll(expected.entrySet())) {
            withoutCredentials.incrementAndGet();
        }
        String credentials = String.join(", ", expected.values());
        if (reply == Fault.RESET_BEFORE_THE_BODY.reply()) {
            return reply.to(new LedgerExchange(this, ledger, exchange, new int[0], credentials));
        }
        int[] numbers = numbers(exchange.request().spans());
        if (!oneAtATime && before.concerns(numbers)) {
            expectNo(before);
        }
        LedgerExchange whole = new LedgerExchange(this, ledger, exchange, numbers, credentials);
        beforeAnswer.run();
        boolean goesOn = reply == null ? whole.accept() : reply.to(whole);
        SpanLedger.Entry last = whole.answered();
        if (goesOn && last != null) {
            answered.put(exchange.socket(), last);
        }
        return goesOn;
    }

    private void expectNo(Silence longer) {
        long left = longer.nanosLeft();
        if (left > SLACK_NANOS) {
            ledger.complain("a request came " + left / NANOS_A_MILLI + " ms before it was welcome");
        }
    }

    private int[] numbers(List<Span> spans) {
        int[] numbers = new int[spans.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(spans.get(i));
        }
        return numbers;
    }

    private int number(Span span) {
        long number = -1;
        for (KeyValue attribute : span.getAttributesList()) {
            if (attribute.getKey().equals("stamp.counter")) {
                number = attribute.getValue().getIntValue();
            }
        }
        long id = span.getSpanId().asReadOnlyByteBuffer().getLong();
        if (number < 1 || id != StampedSpan.spanId(writer, number)) {
            ledger.complain("a span came that nobody has written: " + span);
            return 0;
        }
        return (int) number;
    }

    @Override
    public void close() throws IOException {
        stop();
        elsewhere.close();
    }
}
