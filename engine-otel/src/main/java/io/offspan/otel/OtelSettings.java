package io.offspan.otel;

import io.offspan.core.AttributeRules;
import io.offspan.core.Durability;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.StoreConfig;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The settings {@code otel.exporter.offspan.*}, each read by itself: one that cannot be used is named in {@link #complaint()} and
 * its default holds, so that a typing error costs a setting and not the spans.
 *
 * @param path below which each JVM has a directory of its own
 * @param maxDirectories how many JVMs may share the path
 * @param store the settings of the store
 * @param complaint in one line what is wrong with the settings and what to set instead; empty when nothing is
 */
record OtelSettings(Path path, int maxDirectories, StoreConfig store, String complaint) {
    private static final String PREFIX = "otel.exporter.offspan.";
    static final String PATH = PREFIX + "path";
    static final String MAX_DIRECTORIES = PREFIX + "max.directories";
    private static final String SERVICE_DIRECTORY = PREFIX + "service.directory";
    private static final String PROCESSOR = PREFIX + "processor";
    private static final String BUDGET = PREFIX + "budget";
    private static final String DURABILITY = PREFIX + "durability";
    private static final String SYNC_INTERVAL = PREFIX + "sync.interval";
    static final String OVERFLOW = PREFIX + "overflow";
    private static final String MAX_WAIT = PREFIX + "max.wait";
    private static final String MAX_AGE = PREFIX + "max.age";
    static final String MAX_SPAN_SIZE = PREFIX + "max.span.size";
    static final String OPEN_MODULES = PREFIX + "open.modules";
    private static final String GROUP_READS = PREFIX + "group.reads";
    static final String ATTRIBUTES = PREFIX + "attributes";

    private static final Set<String> KNOWN = new TreeSet<>(List.of(
            PATH,
            SERVICE_DIRECTORY,
            MAX_DIRECTORIES,
            PROCESSOR,
            BUDGET,
            DURABILITY,
            SYNC_INTERVAL,
            OVERFLOW,
            MAX_WAIT,
            MAX_AGE,
            MAX_SPAN_SIZE,
            OPEN_MODULES,
            GROUP_READS,
            ATTRIBUTES));

    /** What holds where the rules that were set cannot be read: rather too little is stored than what nobody may see. */
    private static final AttributeRules CAUTIOUS = AttributeRules.parse("keep resource.service.*; drop .*");

    private static final String DEFAULT_PATH = "offspan-data";
    private static final int DEFAULT_DIRECTORIES = 16;
    private static final int MOST_DIRECTORIES = 1024;
    private static final int MOST_NAME_CHARACTERS = 128;

    /** What stands between the end of a span and the store. */
    private enum Way {
        /** Nothing: the span is stored when its end returns. */
        IMMEDIATE,
        /** The SDK's batch processor. */
        BATCH
    }

    /** @param service the name of the service, by which the directory may be named */
    static OtelSettings read(ConfigProperties properties, String service) {
        SettingReader reader = new SettingReader(properties, UnaryOperator.identity());
        way(reader);
        return read(reader, service, given(), KNOWN);
    }

    /**
     * Reads the settings of an entry {@code offspan} in a configuration file, where the entry's place says what stands before the store,
     * and no service has a name yet.
     *
     * @param declared the entry's names, with underscores for dots, and values
     */
    static OtelSettings declared(Map<String, String> declared) {
        Map<String, String> properties = new HashMap<>();
        declared.forEach((name, value) -> properties.put(PREFIX + name.replace('_', '.'), value));
        Set<String> known = new TreeSet<>(KNOWN);
        known.removeAll(Set.of(PROCESSOR, SERVICE_DIRECTORY));
        properties.keySet().retainAll(known);
        SettingReader reader =
                new SettingReader(DefaultConfigProperties.createFromMap(properties), OtelSettings::declaredName);
        Set<String> given = new TreeSet<>();
        declared.keySet().forEach(name -> given.add(PREFIX + name.replace('_', '.')));
        return read(reader, "", given, known);
    }

    /** Returns how a configuration file spells the name of a property. */
    private static String declaredName(String property) {
        return property.substring(PREFIX.length()).replace('.', '_');
    }

    private static OtelSettings read(SettingReader reader, String service, Set<String> given, Set<String> known) {
        int[] directories = {DEFAULT_DIRECTORIES};
        reader.number(MAX_DIRECTORIES, 1, MOST_DIRECTORIES, count -> directories[0] = count);
        Path path = path(reader, service);
        StoreConfig store = store(reader);
        reader.unknown(given, known);
        return new OtelSettings(path, directories[0], store, reader.complaint());
    }

    /** Returns whether the SDK's batch processor shall stand before the store. */
    static boolean batches(ConfigProperties properties) {
        return way(new SettingReader(properties, UnaryOperator.identity())) == Way.BATCH;
    }

    private static Way way(SettingReader reader) {
        Way[] way = {Way.IMMEDIATE};
        reader.oneOf(PROCESSOR, Way.class, value -> way[0] = value);
        return way[0];
    }

    private static Path path(SettingReader reader, String service) {
        String text = reader.text(PATH);
        Path path = Path.of(DEFAULT_PATH);
        if (text != null) {
            try {
                path = Path.of(text);
            } catch (InvalidPathException malformed) {
                reader.refuse(PATH, text, "the path of a directory");
            }
        }
        boolean[] byService = {false};
        reader.yesOrNo(SERVICE_DIRECTORY, value -> byService[0] = value);
        return byService[0] ? path.resolve(directoryName(service)) : path;
    }

    /** Returns the name of a service as one that a directory may have, wherever it came from. */
    private static String directoryName(String service) {
        String plain = service.replaceAll("[^A-Za-z0-9._-]", "_");
        // Neither a number, which is a store's, nor one of the names that go somewhere else.
        String name = plain.matches("[0-9.]*") ? "service-" + plain.replace('.', '_') : plain;
        return name.substring(0, Math.min(name.length(), MOST_NAME_CHARACTERS));
    }

    private static StoreConfig store(SettingReader reader) {
        StoreConfig.Builder store = StoreConfig.builder();
        reader.size(BUDGET, store::budgetBytes);
        reader.oneOf(DURABILITY, Durability.class, store::durability);
        reader.duration(SYNC_INTERVAL, store::syncInterval);
        reader.oneOf(OVERFLOW, OverflowPolicy.class, store::overflow);
        reader.duration(MAX_WAIT, store::maxWait);
        reader.duration(MAX_AGE, store::maxAge);
        reader.size(MAX_SPAN_SIZE, bytes -> store.maxSpanBytes((int) Math.min(bytes, Integer.MAX_VALUE)));
        reader.yesOrNo(OPEN_MODULES, store::openModules);
        reader.yesOrNo(GROUP_READS, store::groupReads);
        AttributeRules attributes = attributes(reader);
        store.attributes(attributes);
        try {
            return store.build();
        } catch (IllegalArgumentException unfit) {
            reader.complain(
                    "the settings of the store do not fit together, its defaults are used: " + unfit.getMessage());
            return StoreConfig.builder().attributes(attributes).build();
        }
    }

    private static AttributeRules attributes(SettingReader reader) {
        String text = reader.text(ATTRIBUTES);
        if (text == null) {
            return AttributeRules.none();
        }
        try {
            return AttributeRules.parse(text);
        } catch (IllegalArgumentException unreadable) {
            reader.complain("the setting " + reader.spelled(ATTRIBUTES)
                    + " cannot be read, so no attribute is stored but resource.service.*: " + unreadable.getMessage()
                    + ".");
            return CAUTIOUS;
        }
    }

    /** Returns the names with our prefix that stand in the system properties and in the environment. */
    private static Set<String> given() {
        Set<String> names = new TreeSet<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            names.add(name.toLowerCase(Locale.ROOT).replace('-', '.'));
        }
        for (String name : System.getenv().keySet()) {
            names.add(name.toLowerCase(Locale.ROOT).replace('_', '.'));
        }
        names.removeIf(name -> !name.startsWith(PREFIX));
        return names;
    }
}
