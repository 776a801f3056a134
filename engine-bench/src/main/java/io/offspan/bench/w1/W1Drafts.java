package io.offspan.bench.w1;

import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.SpanDraft;

/** Fills drafts with spans of the workload, resource and scope included. Allocates nothing once it is made. */
public final class W1Drafts {
    private final Envelope[] resources = new Envelope[W1Names.SERVICES];
    private final Envelope application = W1Messages.scopeEnvelope(true);
    private final Envelope server = W1Messages.scopeEnvelope(false);

    public W1Drafts() {
        for (int i = 0; i < resources.length; i++) {
            resources[i] = W1Messages.resourceEnvelope(i);
        }
    }

    /** Fills a draft with a span. */
    public void fill(SpanDraft draft, W1Span span) {
        fill(draft, span, W1Names.SERVICES);
    }

    /** Fills a draft the way a host does that has as many resources as {@code services}. */
    public void fill(SpanDraft draft, W1Span span, int services) {
        span.fill(draft);
        draft.resource(resources[span.service() % services])
                .scope(span.kind() == W1Span.INTERNAL ? application : server);
    }
}
