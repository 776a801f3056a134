package io.offspan.it.hostile;

import static io.offspan.it.hostile.ProtoBytes.id;
import static io.offspan.it.hostile.ProtoBytes.keyValue;
import static io.offspan.it.hostile.ProtoBytes.message;
import static io.offspan.it.hostile.ProtoBytes.nested;
import static io.offspan.it.hostile.ProtoBytes.request;
import static io.offspan.it.hostile.ProtoBytes.span;
import static io.offspan.it.hostile.ProtoBytes.textValue;

import io.offspan.it.hostile.ProtoBytes.Nesting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Hostile requests by name, each with what has to become of it. */
final class OtlpCases {
    /** The most bytes that a span may have in the store that the cases are for. */
    static final int MAX_SPAN_BYTES = 4 << 20;

    private static final long GOOD = 4711;

    /**
     * One request.
     *
     * @param accepted how many spans are stored
     * @param refused why the others are refused, as the receipt names it, or empty
     * @param refusals how many are
     * @param broken a part of the sentence that says why the rest cannot be read, or null when it can
     */
    record Case(String name, byte[] request, int accepted, String refused, int refusals, String broken) {
        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Case> cases = new ArrayList<>();

    private OtlpCases() {}

    /** Returns all cases. */
    static List<Case> all() {
        OtlpCases table = new OtlpCases();
        table.cutAndLengths();
        table.tags();
        table.nesting();
        table.ids();
        table.repeatedAndDisordered();
        table.limits();
        table.texts();
        table.numbers();
        table.unknownAndEmpty();
        table.otherKinds();
        return table.cases;
    }

    private void accept(String name, ProtoBytes span) {
        cases.add(new Case(name, request(span), 1, "", 0, null));
    }

    private void accept(String name, byte[] request, int spans) {
        cases.add(new Case(name, request, spans, "", 0, null));
    }

    /** A span that is refused, before one that is not. */
    private void refuse(String name, String reason, ProtoBytes span) {
        cases.add(new Case(name, request(span, span(GOOD)), 1, reason, 1, null));
    }

    private void refuseAll(String name, String reason, byte[] request, int spans) {
        cases.add(new Case(name, request, 0, reason, spans, null));
    }

    private void broken(String name, String why, byte[] request) {
        cases.add(new Case(name, request, 0, "", 0, why));
    }

    private void cutAndLengths() {
        byte[] good = request(span(1), span(2));
        broken("cut inside the last span", "remain", Arrays.copyOf(good, good.length - 5));
        broken("cut behind the first tag", "cuts off", new byte[] {0x0a});
        broken("length beyond the end", "A field of 255 bytes where 0 remain", raw(0x0a, 0xff, 0x01));
        broken(
                "length of 2^63",
                "A field of 9223372036854775808 bytes",
                message().raw(0x0a).varint(Long.MIN_VALUE).bytes());
        broken(
                "length of 2^32 + 2",
                "A field of 4294967298 bytes",
                message().raw(0x0a).varint(0x1_0000_0002L).raw(0x12, 0).bytes());
        cases.add(new Case(
                "second resource cut off",
                message().append(request(span(1))).raw(0x0a, 0x7f, 0x12).bytes(),
                1,
                "",
                0,
                "A field of 127 bytes where 1 remain"));
        refuse("name longer than its span", "TRUNCATED", span(1).raw(0x2a, 100, 'x'));
        refuse("number that its span cuts off", "TRUNCATED", span(1).raw(0x30, 0x80));
        refuse("time that its span cuts off", "TRUNCATED", span(1).raw(0x39, 1, 2, 3));
        refuse("attribute longer than its span", "TRUNCATED", span(1).raw(0x4a, 0x7f, 0x0a));
        refuse("value longer than its attribute", "TRUNCATED", span(1).raw(0x4a, 3, 0x12, 9, 0x0a));
        refuse(
                "varint of eleven bytes",
                "MALFORMED",
                span(1).raw(0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
        accept("varint longer than needed", span(1).raw(0x30, 0x82, 0x80, 0x80, 0x00));
    }

    private void tags() {
        refuse("group start in a span", "MALFORMED", span(1).varint(20 << 3 | 3));
        refuse("group end in a span", "MALFORMED", span(1).varint(20 << 3 | 4));
        refuse("wire type 6", "MALFORMED", span(1).varint(20 << 3 | 6));
        refuse("wire type 7", "MALFORMED", span(1).varint(20 << 3 | 7));
        refuse("field number 0", "MALFORMED", span(1).raw(0x02, 0));
        refuse("tag of 36 bits", "MALFORMED", span(1).varint(1L << 35 | 2).raw(0));
        broken("group start in a request", "wire type 3", raw(0x0b, 0x0c));
        accept("name with the wire type of a number", message().append(ids(1)).number(5, 7));
        accept(
                "times with the wire type of a varint",
                message().append(ids(1)).number(7, 7).number(8, 9));
        accept("kind with the wire type of a text", span(1).text(6, "server"));
    }

    private void nesting() {
        byte[] leaf = textValue("leaf").bytes();
        byte[] emptyArray = message().field(5, new byte[0]).bytes();
        accept("31 levels", attribute(nested(Nesting.KEY_VALUE_LISTS, 8, emptyArray)));
        accept("32 levels", attribute(nested(Nesting.ARRAYS, 13, leaf)));
        refuse("33 levels of arrays", "TOO_DEEP", attribute(nested(Nesting.ARRAYS, 13, emptyArray)));
        refuse("33 levels of lists", "TOO_DEEP", attribute(nested(Nesting.KEY_VALUE_LISTS, 9, leaf)));
        for (Nesting kind : Nesting.values()) {
            refuse("10,000 collections, " + kind, "TOO_DEEP", attribute(nested(kind, 10_000, leaf)));
        }
        ProtoBytes deep = message().text(1, "deep").field(2, nested(Nesting.ARRAYS, 10_000, leaf));
        refuse(
                "deep attribute of an event",
                "TOO_DEEP",
                span(1).field(11, message().field(3, deep)));
        refuse(
                "deep attribute of a link",
                "TOO_DEEP",
                span(1).field(13, message().field(4, deep)));
        ProtoBytes spans = message().field(2, span(1)).field(2, span(2));
        refuseAll(
                "deep attribute of a resource",
                "TOO_DEEP",
                message()
                        .field(1, message().field(1, message().field(1, deep)).field(2, spans))
                        .bytes(),
                2);
        refuseAll(
                "deep attribute of a scope",
                "TOO_DEEP",
                message()
                        .field(1, message().field(2, spans.field(1, message().field(3, deep))))
                        .bytes(),
                2);
    }

    private void ids() {
        for (int length : new int[] {0, 1, 7, 8, 9, 15, 17, 32}) {
            refuse(
                    "trace id of " + length + " bytes",
                    "BAD_ID",
                    message().field(1, id(length, 1)).field(2, id(8, 1)));
        }
        for (int length : new int[] {0, 1, 7, 9, 16}) {
            refuse(
                    "span id of " + length + " bytes",
                    "BAD_ID",
                    message().field(1, id(16, 1)).field(2, id(length, 1)));
        }
        refuse("no trace id", "BAD_ID", message().field(2, id(8, 1)));
        refuse("no span id", "BAD_ID", message().field(1, id(16, 1)));
        accept("parent id of 0 bytes", span(1).field(4, id(0, 0)));
        refuse("parent id of 7 bytes", "BAD_ID", span(1).field(4, id(7, 1)));
        refuse("parent id of 16 bytes", "BAD_ID", span(1).field(4, id(16, 1)));
        accept("ids of zeros", message().field(1, id(16, 0)).field(2, id(8, 0)).field(4, id(8, 0)));
        accept("link without ids", span(1).field(13, message()));
        accept(
                "link with empty ids",
                span(1).field(13, message().field(1, id(0, 0)).field(2, id(0, 0))));
        refuse(
                "link to a trace id of 15 bytes",
                "BAD_ID",
                span(1).field(13, message().field(1, id(15, 1))));
        accept("same ids twice", request(span(9), span(9)), 2);
        accept("span that is its own parent", span(9).field(4, id(8, 9)));
    }

    private void repeatedAndDisordered() {
        accept("two names", span(1).text(5, "second"));
        accept("two trace ids", span(1).field(1, id(16, 2)));
        accept(
                "two statuses",
                span(1).field(15, message().text(2, "no")).field(15, message().number(3, 2)));
        accept(
                "one key twice",
                span(1).field(9, keyValue("k", textValue("a"))).field(9, keyValue("k", textValue("b"))));
        accept(
                "two values in one value",
                span(1).field(9, keyValue("k", textValue("a").number(3, 5))));
        accept(
                "two values of one key",
                span(1).field(9, keyValue("k", textValue("a")).field(2, textValue("b"))));
        ProtoBytes a = message().field(1, keyValue("a", textValue("1")));
        ProtoBytes b = message().field(1, keyValue("b", textValue("2")));
        accept(
                "two resources and two scopes",
                message()
                        .field(
                                1,
                                message()
                                        .field(1, a)
                                        .field(
                                                2,
                                                message()
                                                        .field(1, a)
                                                        .field(1, b)
                                                        .field(2, span(1)))
                                        .field(1, b))
                        .bytes(),
                1);
        accept(
                "fields back to front",
                message()
                        .field(13, message().field(2, id(8, 1)))
                        .field(11, message().text(2, "event"))
                        .field(9, keyValue("late", textValue("attribute")))
                        .text(5, "name")
                        .field(2, id(8, 1))
                        .field(1, id(16, 1)));
        accept(
                "schema URL before the spans it is for",
                message()
                        .field(
                                1,
                                message()
                                        .text(3, "https://a")
                                        .field(2, message().text(3, "https://b").field(2, span(1))))
                        .bytes(),
                1);
    }

    private void limits() {
        byte[] attribute = keyValue("k", message().number(2, 1)).bytes();
        accept("65,535 attributes", many(9, attribute, 0xffff));
        refuse("65,536 attributes", "TOO_LARGE", many(9, attribute, 0x10000));
        accept("65,535 events", many(11, message().text(2, "e").bytes(), 0xffff));
        refuse("65,536 events", "TOO_LARGE", many(11, message().text(2, "e").bytes(), 0x10000));
        accept("65,535 links", many(13, new byte[0], 0xffff));
        refuse("65,536 links", "TOO_LARGE", many(13, new byte[0], 0x10000));
        refuse("span over the limit", "tooLarge", span(1).field(5, new byte[MAX_SPAN_BYTES + 1]));
        accept("text just below the limit", span(1).field(5, filled(MAX_SPAN_BYTES - 1024, 'n')));
        refuseAll("500,000 empty spans", "BAD_ID", request(repeat(message(), 500_000)), 500_000);
        accept(
                "50,000 empty resources",
                message().append(bytes(50_000, 0x0a, 0x00)).bytes(),
                0);
    }

    private void texts() {
        accept("name that is not UTF-8", span(1).field(5, new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0x80}));
        accept("key that is not UTF-8", span(1).field(9, message().field(1, new byte[] {(byte) 0xfe})));
        accept("half of a surrogate pair", span(1).field(5, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}));
        accept("NUL in a name and a key", span(1).text(5, "a\0b").field(9, keyValue("\0", textValue("\0\0"))));
        accept("control characters and terminal escapes", span(1).text(5, "\u001b[2J\u001b]0;owned\u0007\r\n\t\u202e"));
        accept("empty key and empty name", span(1).text(5, "").field(9, keyValue("", textValue(""))));
        accept("name of 100,000 combining marks", span(1).text(5, "\u0301".repeat(100_000)));
    }

    private void numbers() {
        long[] bits = {0x7ff0_0000_0000_0000L, 0xfff0_0000_0000_0000L, 0x7ff8_0000_dead_beefL, Long.MIN_VALUE, 1};
        for (long pattern : bits) {
            accept(
                    "double " + Double.longBitsToDouble(pattern) + " of bits " + Long.toHexString(pattern),
                    span(1).field(9, keyValue("d", message().fixed64(4, pattern))));
        }
        accept("times of 0", message().append(ids(1)).fixed64(7, 0).fixed64(8, 0));
        accept("times of 2^64 - 1", message().append(ids(1)).fixed64(7, -1).fixed64(8, -1));
        accept("end before start", message().append(ids(1)).fixed64(7, 2_000).fixed64(8, 1_000));
        accept("duration of 2^64 - 1", message().append(ids(1)).fixed64(7, 0).fixed64(8, -1));
        accept(
                "kind 77 and status 99",
                span(1).number(6, 77).field(15, message().number(3, 99)));
        accept(
                "kind and status below zero",
                span(1).number(6, -1).field(15, message().number(3, -5)));
        accept(
                "greatest counts and flags",
                span(1).number(10, 0xffff_ffffL)
                        .number(12, 0xffff_ffffL)
                        .number(14, 0xffff_ffffL)
                        .fixed32(16, -1));
        accept(
                "least and greatest integer",
                span(1).field(9, keyValue("min", message().number(3, Long.MIN_VALUE)))
                        .field(9, keyValue("max", message().number(3, Long.MAX_VALUE))));
        accept("boolean of 2^40", span(1).field(9, keyValue("b", message().number(2, 1L << 40))));
    }

    private void unknownAndEmpty() {
        accept(
                "unknown fields of every wire type",
                span(1).number(99, 1).fixed64(98, 1).text(97, "?").fixed32(96, 1));
        accept(
                "unknown field of a request",
                message().append(request(span(1))).text(99, "?").bytes(),
                1);
        accept(
                "unknown field of a resource",
                message()
                        .field(
                                1,
                                message()
                                        .field(1, message().text(99, "?"))
                                        .field(2, message().field(2, span(1))))
                        .bytes(),
                1);
        accept(
                "unknown field of a value",
                span(1).field(9, keyValue("k", message().text(99, "?"))));
        accept("attribute without key and value", span(1).field(9, message()));
        accept("no bytes", new byte[0], 0);
        accept("empty resource", raw(0x0a, 0), 0);
        accept("resource with an empty scope", raw(0x0a, 2, 0x12, 0), 0);
        refuse("empty span", "BAD_ID", message());
    }

    private void otherKinds() {
        broken("JSON", "", ascii("{\"resourceSpans\":[{\"scopeSpans\":[]}]}"));
        broken("HTML", "", ascii("<!doctype html><html><body>502 Bad Gateway</body></html>"));
        broken("an HTTP request", "", ascii("POST /v1/traces HTTP/1.1\r\nHost: a\r\n\r\n"));
        broken("gzip", "", gzip(request(span(1))));
        broken("a class file", "", raw(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61));
        broken("a zip file", "", ascii("PK\u0003\u0004\u0014\0\u0008\u0008\u0008\0"));
        broken("a request with its length before it", "", delimited(request(span(1), span(2))));
        broken("half of a request", "", Arrays.copyOfRange(request(span(1), span(2)), 40, 120));
        for (int seed = 1; seed <= 3; seed++) {
            byte[] noise = new byte[1000];
            new Random(seed).nextBytes(noise);
            broken("random bytes " + seed, "", noise);
        }
        broken("16 KiB of 0xff", "more than 10 bytes", filled(16 << 10, 0xff));
        broken("16 KiB of 0x0a", "", filled((16 << 10) + 3, 0x0a));
        broken("16 KiB of zeros", "field tag of 0", new byte[16 << 10]);
    }

    private static ProtoBytes attribute(byte[] value) {
        return span(1).field(9, message().text(1, "deep").field(2, value));
    }

    private static byte[] ids(long id) {
        return message().field(1, id(16, id)).field(2, id(8, id)).bytes();
    }

    private static ProtoBytes many(int field, byte[] content, int count) {
        ProtoBytes span = span(1);
        for (int i = 0; i < count; i++) {
            span.field(field, content);
        }
        return span;
    }

    private static ProtoBytes[] repeat(ProtoBytes message, int count) {
        ProtoBytes[] all = new ProtoBytes[count];
        Arrays.fill(all, message);
        return all;
    }

    private static byte[] bytes(int times, int... pattern) {
        ProtoBytes all = message();
        for (int i = 0; i < times; i++) {
            all.raw(pattern);
        }
        return all.bytes();
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] raw(int... bytes) {
        return message().raw(bytes).bytes();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] delimited(byte[] request) {
        return message().varint(request.length).append(request).bytes();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
