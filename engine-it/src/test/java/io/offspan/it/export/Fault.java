package io.offspan.it.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What goes wrong: an answer of the receiver, or something that is done to it or to the exporter. */
enum Fault {
    UNAVAILABLE(exchange -> exchange.refuse(503)),
    UNAVAILABLE_FOR_A_SECOND(exchange -> exchange.refuseFor(1_000, 503, "Retry-After", "1")),
    UNAVAILABLE_TILL_A_DATE(Fault::unavailableTillADate),
    /** Longer than the exporter is set to wait. */
    UNAVAILABLE_FOR_A_YEAR(
            exchange -> exchange.refuseFor(Fault.RETRY_AFTER_CAP_MILLIS, 503, "Retry-After", "31536000")),
    UNAVAILABLE_SOME_TIME(exchange -> exchange.refuse(503, "Retry-After", "soon")),
    UNAVAILABLE_BUT_KEPT(exchange -> {
        exchange.keep();
        return exchange.refuse(503);
    }),
    TOO_MANY(exchange -> exchange.refuse(429)),
    BAD_GATEWAY(exchange -> exchange.refuse(502)),
    GATEWAY_TIMEOUT(exchange -> exchange.refuse(504)),
    /** Decided when the head was read. */
    RESET_BEFORE_THE_BODY(LedgerExchange::reset),
    RESET_AFTER_THE_BODY(exchange -> {
        exchange.keep();
        return exchange.reset();
    }),
    RESET_WITHOUT_KEEPING(exchange -> exchange.reset()),
    HALF_A_RESPONSE(exchange -> {
        exchange.keep();
        return exchange.half();
    }),
    SLOW_RESPONSE(exchange -> {
        exchange.keep();
        return exchange.trickle();
    }),
    NO_RESPONSE(exchange -> {
        exchange.keep();
        return exchange.hang();
    }),
    NO_HTTP(exchange -> {
        exchange.keep();
        return exchange.babble();
    }),
    PARTIAL_SUCCESS(exchange -> exchange.acceptBut(3)),
    GARBAGE_BODY(exchange -> exchange.accept("<html>fine</html>".getBytes(StandardCharsets.US_ASCII))),
    ENDLESS_YES(LedgerExchange::acceptWithoutEnd),
    ENDLESS_NO(exchange -> exchange.flood(503)),
    UNAUTHORIZED(exchange -> exchange.refuseFor(Fault.PROBE_MILLIS, 401)),
    NOT_FOUND(exchange -> exchange.refuseFor(Fault.PROBE_MILLIS, 404)),
    /** To an address that counts its visitors. */
    REDIRECT(exchange -> exchange.refuseFor(
            Fault.PROBE_MILLIS, 307, "Location", exchange.receiver().elsewhere())),
    BAD_REQUEST(exchange -> exchange.refuse(400)),
    TOO_LARGE(exchange -> exchange.refuse(413)),
    RESTART_OF_THE_RECEIVER(null),
    KILL_IN_A_REQUEST(null),
    KILL_BEFORE_THE_CHECKPOINT(null),
    KILL_AFTER_THE_CHECKPOINT(null);

    /** How often a paused destination is tried. */
    static final long PROBE_MILLIS = 250;

    static final long RETRY_AFTER_CAP_MILLIS = 1_500;

    private final Reply reply;

    /** What becomes of a request. */
    interface Reply {
        /** Returns whether the connection goes on. */
        boolean to(LedgerExchange exchange) throws IOException;
    }

    Fault(Reply reply) {
        this.reply = reply;
    }

    /** Returns how the receiver answers; null when it is not the receiver's answer that goes wrong. */
    Reply reply() {
        return reply;
    }

    /** Tells whether it ends with the exporter dead. */
    boolean kills() {
        return compareTo(KILL_IN_A_REQUEST) >= 0;
    }

    /** Tells whether the exporter takes it for a wrong address or wrong rights. */
    boolean pauses() {
        return this == UNAUTHORIZED || this == NOT_FOUND || this == REDIRECT;
    }

    /** Tells whether it concerns one span, and lasts until the exporter gives that up. */
    boolean poisons() {
        return this == BAD_REQUEST || this == TOO_LARGE;
    }

    /** Returns what the exporter that comes next is started with, null for nothing. */
    String deadlyPoint() {
        return switch (this) {
            case KILL_BEFORE_THE_CHECKPOINT -> "EXPORT_ACKNOWLEDGED";
            case KILL_AFTER_THE_CHECKPOINT -> "CHECKPOINT_WRITTEN";
            default -> null;
        };
    }

    private static boolean unavailableTillADate(LedgerExchange exchange) throws IOException {
        long now = System.currentTimeMillis();
        ZonedDateTime date = Instant.ofEpochSecond(now / 1_000 + 2).atZone(ZoneOffset.UTC);
        long millis = date.toInstant().toEpochMilli() - now;
        return exchange.refuseFor(
                Math.min(millis, RETRY_AFTER_CAP_MILLIS),
                503,
                "Retry-After",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(date));
    }
}
