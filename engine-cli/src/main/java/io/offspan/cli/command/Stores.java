package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Terminal;
import io.offspan.core.StoreReader;
import io.offspan.core.value.SpanStoreException;
import io.offspan.query.QueryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

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

    /**
     * One that cannot be read, so that an answer is about the others.
     *
     * @param why what was found and what to do
     */
    private record Unread(String name, String why) {}

    private final List<Named> all = new ArrayList<>();
    private final List<Unread> unread = new ArrayList<>();
    private final List<List<String>> copies;

    /**
     * Opens those that can be read.
     *
     * @param directories the store of {@code data} itself, or those below it
     * @throws SpanStoreException when none can be, and why the first cannot
     */
    Stores(Path data, List<Path> directories) {
        try {
            SpanStoreException first = null;
            for (Path directory : directories) {
                String name =
                        directory.equals(data) ? "" : data.relativize(directory).toString();
                try {
                    all.add(new Named(name, directory, StoreReader.open(directory)));
                } catch (SpanStoreException refused) {
                    first = first == null ? refused : first;
                    unread.add(new Unread(name, String.valueOf(refused.getMessage())));
                }
            }
            if (all.isEmpty() && first != null) {
                throw first;
            }
            copies = all.size() > 1 ? copies(all) : List.of();
        } catch (RuntimeException | Error refused) {
            close();
            throw refused;
        }
    }

    /** Returns the names of those that are one store more than once, as a copy and what it was made of are. */
    private static List<List<String>> copies(List<Named> stores) {
        Map<UUID, List<String>> byId = new LinkedHashMap<>();
        for (Named store : stores) {
            UUID id = store.reader().storeId();
            if (id != null) {
                byId.computeIfAbsent(id, unseen -> new ArrayList<>()).add(store.name());
            }
        }
        return byId.values().stream().filter(same -> same.size() > 1).toList();
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
        return tellOfDoubt(answer);
    }

    /** Says in an answer which stores it leaves out, and which are copies of one another. */
    ObjectNode tellOfDoubt(ObjectNode answer) {
        if (!unread.isEmpty()) {
            ArrayNode left = answer.putArray("unreadStores");
            unread.forEach(each -> left.addObject().put("store", each.name()).put("error", each.why()));
        }
        if (!copies.isEmpty()) {
            ArrayNode same = answer.putArray("copiedStores");
            for (List<String> names : copies) {
                names.forEach(same.addArray()::add);
            }
        }
        return answer;
    }

    /** Says the same aloud; returns the exit status: no, when the answer is not that of all stores or counts spans twice. */
    int report(Terminal terminal) {
        for (Unread each : unread) {
            terminal.note("offspan: the answer leaves out the store " + each.name() + ": " + each.why());
        }
        for (List<String> names : copies) {
            terminal.note("offspan: " + String.join(" and ", names)
                    + " are copies of one store, and what each has is counted" + " for each; move all but one away");
        }
        return unread.isEmpty() && copies.isEmpty() ? ExitCode.DONE : ExitCode.NO;
    }

    @Override
    public void close() {
        all.forEach(each -> each.reader().close());
    }
}
