package io.offspan.junit;

import io.offspan.core.Durability;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.query.QueryEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A store in a directory of its own, which is deleted with it.
 *
 * <p>It opens by itself what the JVM keeps closed, so that a test needs no flags, and lets a thread wait rather than lose a span.
 */
final class TemporaryStore implements AutoCloseable {
    /** Longer than a busy machine needs to move a slab. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long BUDGET_BYTES = 256L << 20;

    private final Path parent;
    private final SpanStore store;
    private final QueryEngine engine;

    TemporaryStore() {
        try {
            parent = Files.createTempDirectory("offspan-junit");
        } catch (IOException e) {
            throw new UncheckedIOException("No temporary directory for the spans of a test; see java.io.tmpdir", e);
        }
        SpanStore opened = null;
        try {
            opened = SpanStore.open(
                    parent.resolve("spans"),
                    StoreConfig.builder()
                            .openModules(true)
                            .durability(Durability.PROCESS)
                            .overflow(OverflowPolicy.WAIT)
                            .maxWait(PATIENCE)
                            .budgetBytes(BUDGET_BYTES)
                            .build());
        } finally {
            if (opened == null) {
                delete();
            }
        }
        store = opened;
        engine = QueryEngine.over(store.reader());
    }

    SpanStore store() {
        return store;
    }

    QueryEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        try {
            store.close();
        } finally {
            delete();
        }
    }

    private void delete() {
        try {
            Files.walkFileTree(parent, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("The spans of a test were not deleted; delete " + parent + " by hand", e);
        }
    }
}
