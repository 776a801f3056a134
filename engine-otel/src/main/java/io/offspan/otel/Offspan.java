package io.offspan.otel;

import io.offspan.core.SpanStore;
import java.util.List;
import java.util.Optional;

/**
 * The stores of the SDKs that were configured in this process by {@code otel.traces.exporter=offspan}, for whoever wants to ask them:
 *
 * <pre>{@code
 * Offspan.current().map(store -> QueryEngine.over(store.reader()).find(Query.traceQl("{ status = error }")))
 * }</pre>
 *
 * <p>Each belongs to its SDK, which closes it. A store that has failed is opened again as another object, so ask for it each time. The
 * OpenTelemetry Java agent loads a copy of this class of its own, and what it stores is found by the directory alone.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Offspan {
    private Offspan() {}

    /** Returns the store of the first SDK that was configured and has not been shut down; none while that store cannot be opened. */
    public static Optional<SpanStore> current() {
        return HostStore.firstStore();
    }

    /** Returns the stores of all SDKs, in the order in which these were configured. */
    public static List<SpanStore> all() {
        return HostStore.openStores();
    }
}
