package io.offspan.export;

import io.offspan.core.files.Disk;
import io.offspan.core.files.Uninterrupted;
import io.offspan.core.value.Position;
import io.offspan.export.ExportStatus.State;
import io.offspan.export.checkpoint.NamedCheckpoint;
import io.offspan.export.pack.Compression;
import io.offspan.export.pack.Effort;
import io.offspan.export.sampling.SamplingTally;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The file of a {@link KeptStatus}, {@code NAME.status} beside the checkpoint: properties, one for each component of {@link ExportStatus}
 * under its name, and one for each decision.
 *
 * <p>It is replaced as a whole and not forced: after a loss of power it may be empty, and counts as missing then.
 *
 * @param path the file
 * @param name the name of the checkpoint
 */
record StatusFile(Path path, String name) {
    private static final String SUFFIX = ".status";
    private static final String VERSION = "3";
    private static final int MAX_BYTES = 1 << 20;
    private static final int FLOW_WORDS = 4;

    static StatusFile of(Path dataDirectory, String name) {
        return new StatusFile(NamedCheckpoint.directory(dataDirectory).resolve(name + SUFFIX), name);
    }

    /** Returns the one that a file of a store's checkpoints is, or null when it is something else. */
    static @Nullable StatusFile named(Path dataDirectory, String fileName) {
        String name = fileName.endsWith(SUFFIX) ? fileName.substring(0, fileName.length() - SUFFIX.length()) : "";
        return NamedCheckpoint.isName(name) ? of(dataDirectory, name) : null;
    }

    /** Puts what is said now in the place of what was said before. */
    void write(KeptStatus said) throws IOException {
        StringWriter text = new StringWriter();
        properties(said).store(text, null);
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Uninterrupted.run(() -> {
            Disk.delete(fresh);
            try (FileChannel channel = Disk.create(fresh)) {
                Disk.writeFully(channel, ByteBuffer.wrap(bytes), 0);
            }
            Disk.rename(fresh, path);
            return path;
        });
    }

    private static Properties properties(KeptStatus said) {
        Properties all = new Properties();
        all.setProperty("version", VERSION);
        all.setProperty("endpoint", said.endpoint());
        all.setProperty("at", said.at().toString());
        for (RecordComponent component : ExportStatus.class.getRecordComponents()) {
            Object value = get(component, said.status());
            if (value != null) {
                all.setProperty(component.getName(), text(value));
            }
        }
        for (int i = 0; i < said.decisions().size(); i++) {
            FlowDecision each = said.decisions().get(i);
            all.setProperty(
                    "decision." + i,
                    String.join(" ", each.at().toString(), words(each.from()), words(each.to()), each.reason()));
        }
        return all;
    }

    private static @Nullable Object get(RecordComponent component, ExportStatus status) {
        try {
            return component.getAccessor().invoke(status);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(Object value) {
        return value instanceof Flow flow
                ? words(flow)
                : value instanceof SamplingTally tally ? SamplingText.of(tally) : value.toString();
    }

    private static String words(Flow flow) {
        return flow.batchBytes() + " " + flow.requests() + " " + flow.effort() + " " + flow.compression();
    }

    /** Returns what was said last, or null when there is nothing that can be read. */
    @Nullable
    KeptStatus read() {
        try {
            if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) > MAX_BYTES) {
                return null;
            }
            Properties all = new Properties();
            all.load(new StringReader(Uninterrupted.run(() -> Files.readString(path))));
            return VERSION.equals(all.getProperty("version")) ? parse(all) : null;
        } catch (IOException | ReflectiveOperationException | RuntimeException unreadable) {
            return null;
        }
    }

    private KeptStatus parse(Properties all) throws ReflectiveOperationException {
        RecordComponent[] components = ExportStatus.class.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        @Nullable
        Object[] values = Arrays.stream(components)
                .map(each -> value(each.getType(), all.getProperty(each.getName())))
                .toArray();
        ExportStatus status = ExportStatus.class.getDeclaredConstructor(types).newInstance(values);
        List<FlowDecision> decisions = new ArrayList<>();
        for (String text = all.getProperty("decision.0");
                text != null;
                text = all.getProperty("decision." + decisions.size())) {
            String[] parts = text.split(" ", 2 * FLOW_WORDS + 2);
            decisions.add(new FlowDecision(
                    Instant.parse(parts[0]), flow(parts, 1), flow(parts, 1 + FLOW_WORDS), parts[1 + 2 * FLOW_WORDS]));
        }
        Instant at = Instant.parse(all.getProperty("at"));
        return new KeptStatus(name, all.getProperty("endpoint"), at, status, decisions);
    }

    private static @Nullable Object value(Class<?> type, @Nullable String text) {
        if (text == null && (type == Instant.class || type == SamplingTally.class)) {
            return null;
        }
        if (text == null) {
            throw new IllegalArgumentException("A file of status without all figures");
        }
        return type == long.class
                ? (Object) Long.parseLong(text)
                : type == State.class
                        ? State.valueOf(text)
                        : type == Position.class
                                ? Position.parse(text)
                                : type == Flow.class
                                        ? flow(text.split(" ", FLOW_WORDS), 0)
                                        : type == Instant.class
                                                ? Instant.parse(text)
                                                : type == SamplingTally.class ? SamplingText.parse(text) : text;
    }

    private static Flow flow(String[] parts, int at) {
        return new Flow(
                Integer.parseInt(parts[at]),
                Integer.parseInt(parts[at + 1]),
                Effort.valueOf(parts[at + 2]),
                Compression.valueOf(parts[at + 3]));
    }
}
