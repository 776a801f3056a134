package io.offspan.cli.command;

import io.offspan.codec.model.Event;
import io.offspan.codec.model.Span;
import io.offspan.codec.model.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a span failed, by what it says itself: the message of its status and the exceptions among its events. */
final class SpanReason {
    private static final String TYPE = "exception.type";
    private static final String MESSAGE = "exception.message";
    /** A span that tries again and again has as many exceptions; the last is the one that counts. */
    private static final int MOST_EXCEPTIONS = 3;

    private SpanReason() {}

    static boolean failed(Span span) {
        return span.statusCode() == SpanFields.ERROR;
    }

    /** Returns the status with its message, {@code error: timeout}. */
    static String status(Span span) {
        String name = SpanFields.status(span);
        return span.statusMessage().isEmpty() ? name : name + ": " + span.statusMessage();
    }

    /** Returns what a failed span says, a line each, nothing twice; empty when it says nothing. */
    static List<String> lines(Span span) {
        List<String> lines = new ArrayList<>();
        List<String> exceptions = exceptions(span);
        String message = span.statusMessage();
        boolean said = exceptions.stream().anyMatch(exception -> exception.contains(message));
        if (!message.isBlank() && !said) {
            lines.add(message);
        }
        lines.addAll(exceptions);
        return lines;
    }

    /** Returns the last exceptions of a span, {@code type: message}; those of one that has not failed, too. */
    static List<String> exceptions(Span span) {
        List<String> exceptions = new ArrayList<>();
        for (Event event : span.events()) {
            String type = text(event, TYPE);
            String message = text(event, MESSAGE);
            if (event.name().equals("exception") || !type.isEmpty() || !message.isEmpty()) {
                String exception = type.isEmpty() || message.isEmpty() ? type + message : type + ": " + message;
                exceptions.add(exception.isEmpty() ? "exception" : exception);
            }
        }
        int left = exceptions.size() - MOST_EXCEPTIONS;
        return left > 0 ? exceptions.subList(left, exceptions.size()) : exceptions;
    }

    private static String text(Event event, String key) {
        @Nullable Value value = event.attributes().get(key);
        return value == null ? "" : value.toString().strip();
    }
}
