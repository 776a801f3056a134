package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.core.StoreReader;
import io.offspan.query.QueryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The stores that a command reads: the one in its data directory or, where that is the path that several JVMs share, all below it. They
 * are named by where they are below that path.
 */
final class Stores implements AutoCloseable {
    /**
     * One of them.
     *
     * @param name {@code 0} or {@code cart/1}, empty for a store that is alone
     */
    record Named(String name, Path directory, StoreReader reader) {}

    private final List<Named> all = new ArrayList<>();

    /** @param directories the store of {@code data} itself, or those below it */
    Stores(Path data, List<Path> directories) {
        try {
            for (Path directory : directories) {
                String name =
                        directory.equals(data) ? "" : data.relativize(directory).toString();
                all.add(new Named(name, directory, StoreReader.open(directory)));
            }
        } catch (RuntimeException | Error refused) {
            close();
            throw refused;
        }
    }

    List<Named> all() {
        return all;
    }

    /** Tells whether they stand below the data directory, so that an answer has to say which it means. */
    boolean areNamed() {
        return !all.get(0).name().isEmpty();
    }

    String name(int store) {
        return all.get(store).name();
    }

    /** Returns all names, separated by commas. */
    String names() {
        return String.join(", ", all.stream().map(Named::name).toList());
    }

    /** Returns an engine that asks all of them as one. */
    QueryEngine engine() {
        return QueryEngine.overAll(all.stream().map(Named::reader).toList());
    }

    /** Says in an answer which stores it is about, if their directory does not. */
    ObjectNode tell(ObjectNode answer) {
        if (areNamed()) {
            ArrayNode names = answer.putArray("stores");
            all.forEach(each -> names.add(each.name()));
        }
        return answer;
    }

    @Override
    public void close() {
        all.forEach(each -> each.reader().close());
    }
}
