package io.offspan.parquet;

import io.offspan.codec.model.Resource;
import io.offspan.codec.model.Scope;
import io.offspan.codec.proto.ProtoInput;
import io.offspan.codec.proto.ProtoOutput;
import io.offspan.codec.span.Envelope;
import io.offspan.codec.span.StringHeap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The resources or the scopes of a run of spans, each read once.
 *
 * <p><b>Threads.</b> Belongs to one thread.
 */
final class Origins {
    private static final int MESSAGE_TAG = 1 << 3 | ProtoInput.LENGTH;
    private static final int SCHEMA_TAG = 3 << 3 | ProtoInput.LENGTH;

    private final Function<Envelope, Origin> reader;
    private final Map<Envelope, Origin> known = new HashMap<>();
    private Envelope probe = new Envelope();
    private Envelope last = new Envelope();
    private Origin lastFound;

    private Origins(Function<Envelope, Origin> reader) {
        this.reader = reader;
        lastFound = reader.apply(last);
    }

    /** Origins by the resources of spans. */
    static Origins ofResources() {
        return new Origins(envelope -> {
            Resource resource = Resource.of(envelope);
            return new Origin(resource.serviceName(), "", resource.attributes(), message(envelope));
        });
    }

    /** Origins by the scopes of spans. */
    static Origins ofScopes() {
        return new Origins(envelope -> {
            Scope scope = Scope.of(envelope);
            return new Origin(scope.name(), scope.version(), scope.attributes(), message(envelope));
        });
    }

    /** Returns the ResourceSpans or ScopeSpans message of an envelope, without what stands in it. */
    private static byte[] message(Envelope envelope) {
        ProtoOutput out = new ProtoOutput(envelope.length());
        if (envelope.present()) {
            int at = envelope.messageOffset();
            out.putField(MESSAGE_TAG, envelope.bytes(), at, envelope.length() - at);
        }
        if (envelope.schemaBytes() > 0) {
            out.putField(SCHEMA_TAG, envelope.bytes(), envelope.schemaOffset(), envelope.schemaBytes());
        }
        return out.toByteArray();
    }

    /** Returns what the envelope at an index of a block says. */
    Origin of(StringHeap strings, int index) {
        if (last.equalTo(strings, index)) {
            return lastFound;
        }
        probe.copyFrom(strings, index);
        Origin found = known.get(probe);
        if (found == null) {
            found = reader.apply(probe);
            known.put(probe, found);
            probe = new Envelope();
        }
        last.copyFrom(strings, index);
        lastFound = found;
        return found;
    }

    /** Gives each its rank by its name, in the order of bytes; equal names have equal ranks. */
    void rank() {
        List<Origin> all = new ArrayList<>(known.values());
        all.add(lastFound);
        all.sort((one, other) -> Arrays.compareUnsigned(one.name(), other.name()));
        int rank = 0;
        for (int i = 0; i < all.size(); i++) {
            rank += i > 0 && !Arrays.equals(all.get(i - 1).name(), all.get(i).name()) ? 1 : 0;
            all.get(i).rank(rank);
        }
    }

    void clear() {
        known.clear();
        probe = new Envelope();
        last = new Envelope();
        lastFound = reader.apply(last);
    }
}
