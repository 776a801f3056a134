package io.offspan.it.index;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Spans whose attributes are of every nature that an index treats in its own way: few values and many, one that most spans have, a key
 * that changes its nature half-way, numbers and texts under one key, events, resources; and questions about them.
 */
final class IndexedSpans {
    private static final int SERVICES = 4;
    private static final int CHANGE = 4_000;
    /** Questions are about one of the newest so many spans: older ones may have been deleted. */
    private static final int RECENT = 8_000;

    private static final String FILLER = "something that no other span says ".repeat(40);

    private final Random random;
    private final Envelope[] resources = new Envelope[SERVICES];
    private final Envelope scope = envelope("\n\u0002it");

    IndexedSpans(Random random) {
        this.random = random;
        for (int i = 0; i < SERVICES; i++) {
            resources[i] = envelope("\n\u0013\n\fservice.name\u0012\u0003\n\u0001" + (char) ('a' + i));
        }
    }

    private static Envelope envelope(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        return new Envelope().set(bytes, 0, bytes.length, new byte[0], 0, 0);
    }

    void fill(SpanDraft draft, int number) {
        long start = 1_700_000_000_000_000_000L + number * 1_000L - (random.nextInt(50) == 0 ? 5_000_000_000L : 0);
        draft.clear().resource(resources[random.nextInt(SERVICES)]).scope(scope);
        draft.ids(1, traceOf(number), 1 + number)
                .times(start, start + random.nextInt(1_000_000))
                .name("op " + random.nextInt(20));
        draft.kind(random.nextInt(6));
        if (random.nextInt(8) != 0) {
            draft.parent(number);
        }
        if (random.nextInt(20) == 0) {
            draft.status(2);
        }
        draft.attribute("body", body(number));
        draft.attribute("code", random.nextInt(10) == 0 ? 500L : 200L);
        draft.attribute("user", random.nextInt(3) == 0 ? "root" : "user " + random.nextInt(5_000));
        draft.attribute("changing", number / CHANGE % 2 == 0 ? "v" + random.nextInt(5) : "unique " + number);
        if (random.nextBoolean()) {
            draft.attribute("mixed", random.nextInt(5));
        } else {
            draft.attribute("mixed", "" + random.nextInt(5));
        }
        if (random.nextInt(5) == 0) {
            draft.event(start, "event " + random.nextInt(3)).attribute("attempt", (long) random.nextInt(4));
        }
    }

    /** Of many lengths, some of them too long for an index. */
    private static String body(int number) {
        return number + FILLER.substring(0, number * 31 % FILLER.length());
    }

    /** Returns one of the newest spans. */
    int recent(int spans) {
        return Math.max(0, spans - 1 - random.nextInt(RECENT));
    }

    static long traceOf(int number) {
        return 1 + number / 5;
    }

    String question(int spans) {
        String one = condition(spans);
        return switch (random.nextInt(5)) {
            case 0 -> "{ " + one + " }";
            case 1 -> "{ (" + one + ") || (" + condition(spans) + ") }";
            case 2 -> "{ !(" + one + ") && (" + condition(spans) + ") }";
            case 3 -> "{ (" + one + ") && (" + condition(spans) + ") && duration > " + random.nextInt(900) + "us }";
            default -> "{ (" + one + ") && (" + condition(spans) + ") }";
        };
    }

    private String condition(int spans) {
        int any = recent(spans);
        return switch (random.nextInt(15)) {
            case 0 -> "resource.service.name = \"" + (char) ('a' + random.nextInt(SERVICES + 1)) + "\"";
            case 1 -> "name = \"op " + random.nextInt(22) + "\"";
            case 2 -> "span.code = " + (random.nextBoolean() ? 500 : 200);
            case 3 -> "span.user = \"user " + random.nextInt(5_000) + "\"";
            case 4 -> "span.user = \"root\"";
            case 5 -> "span.changing = \"v" + random.nextInt(6) + "\"";
            case 6 -> "span.changing = \"unique " + any + "\"";
            case 7 -> ".mixed = " + random.nextInt(6);
            case 8 -> "span.mixed = \"" + random.nextInt(6) + "\"";
            case 9 -> "event:name = \"event " + random.nextInt(4) + "\"";
            case 10 -> "event.attempt = " + random.nextInt(5);
            case 11 -> "status = error";
            case 12 -> "span.body = \"" + body(any) + "\"";
            case 13 -> "trace:id = \"1" + String.format("%016x", traceOf(any)) + "\"";
            default -> "span:parentID = \"\"";
        };
    }
}
