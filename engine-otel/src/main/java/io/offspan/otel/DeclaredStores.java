package io.offspan.otel;

import io.opentelemetry.api.incubator.config.DeclarativeConfigProperties;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stores that the entries {@code offspan} of one configuration file open, one for each entry.
 *
 * <p><b>Threads.</b> One, that which configures the SDK.
 */
final class DeclaredStores {
    private final List<HostStore> opened = new ArrayList<>();

    /** Opens the store of an entry, or what counts its spans as long as it cannot be opened. */
    HostStore open(DeclarativeConfigProperties entry) {
        HostStore store = HostStore.open(OtelSettings.declared(values(entry)));
        opened.add(store);
        return store;
    }

    /** Shows the counters of all stores as meters of the SDK that they belong to. */
    void showMeters(OpenTelemetrySdk sdk) {
        for (HostStore store : opened) {
            store.meters(StoreMeters.register(sdk.getMeterProvider(), store));
        }
        opened.clear();
    }

    /** Returns what is set as text. */
    private static Map<String, String> values(DeclarativeConfigProperties entry) {
        Map<String, String> values = new TreeMap<>();
        for (String name : entry.getPropertyKeys()) {
            Object usual = usual(entry, name);
            Object value =
                    usual == null ? DeclarativeConfigProperties.toMap(entry).get(name) : usual;
            values.put(name, value == null ? "" : value.toString());
        }
        return values;
    }

    /** Returns a value of the type that its name makes likely, or null; to ask for another one costs a warning of the SDK. */
    private static @Nullable Object usual(DeclarativeConfigProperties entry, String name) {
        return switch (name) {
            case "open_modules", "group_reads" -> entry.getBoolean(name);
            case "max_directories" -> entry.getLong(name);
            default -> entry.getString(name);
        };
    }
}
