package io.offspan.it.hostile;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;
import java.nio.charset.StandardCharsets;

/** Good spans with everything in them that a span can have, told apart by a number. */
final class Samples {
    private static final Envelope RESOURCE = envelope(ProtoBytes.message()
            .field(1, ProtoBytes.keyValue("service.name", ProtoBytes.textValue("cart")))
            .field(1, ProtoBytes.keyValue("process.pid", ProtoBytes.message().number(3, 17))));
    private static final Envelope SCOPE =
            envelope(ProtoBytes.message().text(1, "http").text(2, "1.0"));

    private Samples() {}

    private static Envelope envelope(ProtoBytes message) {
        byte[] bytes = message.bytes();
        byte[] schema = "https://opentelemetry.io/schemas/1.30.0".getBytes(StandardCharsets.US_ASCII);
        return new Envelope().set(bytes, 0, bytes.length, schema, 0, schema.length);
    }

    /** Fills a draft: every other span has events, links and wide fields. */
    static SpanDraft fill(SpanDraft draft, long id) {
        draft.clear()
                .resource(RESOURCE)
                .scope(SCOPE)
                .ids(0x4bf92f3577b34da6L, id / 4, id)
                .name("GET /cart/" + id % 3)
                .kind(2)
                .times(1_000_000 + id, 1_000_900 + id)
                .attribute("http.route", "/cart/{id}")
                .attribute("http.response.status_code", 200 + id % 3)
                .attribute("url.full", "https://shop.example/cart/" + id)
                .attribute("ratio", id / 7.0)
                .attribute("sampled", id % 2 == 0);
        if (id % 2 == 0) {
            draft.parent(id - 1).kind(77).status(2).flags(0x10101).droppedAttributes(3);
            draft.event(1_000_100 + id, "exception").attribute("exception.type", "java.io.IOException");
            draft.link(1, 2, 3, 3).attribute("reason", "retry");
        }
        return draft;
    }
}
