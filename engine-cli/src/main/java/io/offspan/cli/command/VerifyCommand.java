package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreRepair;
import io.offspan.core.StoreVerifier;
import io.offspan.core.value.Damage;
import io.offspan.query.SpanIndex;
import io.offspan.query.keep.FoundIndex;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks a store. */
@Command(
        name = "verify",
        description = "Reads every block of a store and checks it; names each damaged place by file and offset. Changes"
                + " nothing unless it is to repair, and may run while another process writes the store.",
        footer = {
            "",
            "The exit status is 1 when anything is damaged. Spans outside the damaged",
            "places stay readable. Index files that cannot be used are named, too, and are no",
            "damage: they are made anew by who writes the store next, or by 'offspan reindex'.",
            "",
            "Examples:",
            "  offspan verify --data spans",
            "  offspan verify --data spans --repair"
        })
public final class VerifyCommand extends StoreCommand {
    /** More places than this are counted, but not named. */
    private static final int MAX_PLACES = 1_000;

    @Option(
            names = "--repair",
            description = "Append what is sound of each damaged segment again, set its file aside as *.damaged, and"
                    + " check again. Nobody else may be writing the store.")
    private boolean repair;

    private final List<Damage> places = new ArrayList<>();
    private List<FoundIndex> unusable = List.of();

    @Override
    protected int run() {
        StoreRepair.Result repaired = repair ? StoreRepair.run(data()) : null;
        StoreVerifier.Result result;
        try (StoreReader reader = StoreReader.open(data())) {
            result = reader.verify(this::found);
            unusable = SpanIndex.files(reader).stream()
                    .filter(file -> !file.problem().isEmpty())
                    .toList();
        }
        ObjectNode answer = Json.object();
        answer.put("segments", result.segments());
        answer.put("blocks", result.blocks());
        answer.put("spans", result.spans());
        answer.put("bytes", result.bytes());
        answer.put("findings", result.findings());
        ArrayNode damaged = answer.putArray("damaged");
        places.forEach(place -> describe(damaged.addObject(), place));
        ArrayNode indexes = answer.putArray("unusableIndexFiles");
        for (FoundIndex file : unusable) {
            indexes.addObject()
                    .put("file", file.file())
                    .put("state", file.state().toString())
                    .put("reason", file.problem());
        }
        if (repaired != null) {
            describe(answer.putObject("repair"), repaired);
        }
        terminal().answer(answer);
        if (!terminal().json()) {
            if (repaired != null) {
                say(repaired);
            }
            say(result);
        }
        return result.sound() ? ExitCode.DONE : ExitCode.NO;
    }

    private void found(Damage damage) {
        if (places.size() < MAX_PLACES) {
            places.add(damage);
        }
    }

    private static void describe(ObjectNode object, Damage place) {
        object.put("file", place.file());
        object.put("offset", place.fromOffset());
        object.put("end", place.toOffset());
        object.put("reason", place.reason());
    }

    private static void describe(ObjectNode object, StoreRepair.Result repaired) {
        object.put("movedSpans", repaired.movedSpans());
        object.put("lostBlocks", repaired.lostBlocks());
        object.put("lostSpans", repaired.lostSpans());
        ArrayNode files = object.putArray("setAside");
        repaired.setAside().forEach(files::add);
    }

    private void say(StoreRepair.Result repaired) {
        if (repaired.setAside().isEmpty()) {
            terminal().line("There was nothing to repair");
            return;
        }
        terminal()
                .line("Repaired: " + Units.count(repaired.movedSpans(), "span", "was", "were") + " appended again, "
                        + Units.count(repaired.lostSpans()) + " of "
                        + Units.count(repaired.lostBlocks(), "damaged block")
                        + (repaired.lostSpans() == 1 ? " is lost" : " are lost"));
        for (String file : repaired.setAside()) {
            terminal().line("set aside: " + file + "; delete it when nobody wants to look at it any more");
        }
    }

    private void say(StoreVerifier.Result result) {
        for (Damage place : places) {
            terminal()
                    .line(place.file() + ", offset " + place.fromOffset() + " to " + place.toOffset() + ": "
                            + place.reason());
        }
        for (FoundIndex file : unusable) {
            terminal().line(file.file() + " is not used, and no span is lost by that: " + file.problem());
        }
        terminal()
                .line(Units.count(result.spans(), "span") + " in " + Units.count(result.blocks(), "block")
                        + " of " + Units.count(result.segments(), "segment")
                        + (result.spans() == 1 ? " is" : " are") + " sound; "
                        + (result.sound()
                                ? "nothing is damaged"
                                : Units.count(result.findings(), "place", "is damaged", "are damaged")));
    }
}
