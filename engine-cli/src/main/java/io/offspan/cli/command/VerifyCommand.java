package io.offspan.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Units;
import io.offspan.core.StoreReader;
import io.offspan.core.StoreVerifier;
import io.offspan.core.segment.Damage;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Checks a store. */
@Command(
        name = "verify",
        description = "Reads every block of a store and checks it; names each damaged place by file and offset. Changes"
                + " nothing, and may run while another process writes the store.",
        footer = {
            "",
            "The exit status is 1 when anything is damaged. Spans outside the damaged",
            "places stay readable.",
            "",
            "Example: offspan verify --data spans"
        })
public final class VerifyCommand extends StoreCommand {
    /** More places than this are counted, but not named. */
    private static final int MAX_PLACES = 1_000;

    private final List<Damage> places = new ArrayList<>();

    @Override
    protected int run() {
        StoreVerifier.Result result;
        try (StoreReader reader = StoreReader.open(data())) {
            result = reader.verify(this::found);
        }
        ObjectNode answer = Json.object();
        answer.put("segments", result.segments());
        answer.put("blocks", result.blocks());
        answer.put("spans", result.spans());
        answer.put("bytes", result.bytes());
        answer.put("findings", result.findings());
        ArrayNode damaged = answer.putArray("damaged");
        places.forEach(place -> describe(damaged.addObject(), place));
        terminal().answer(answer);
        if (!terminal().json()) {
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

    private void say(StoreVerifier.Result result) {
        for (Damage place : places) {
            terminal()
                    .line(place.file() + ", offset " + place.fromOffset() + " to " + place.toOffset() + ": "
                            + place.reason());
        }
        terminal()
                .line(Units.count(result.spans()) + " spans in " + Units.count(result.blocks()) + " blocks of "
                        + Units.count(result.segments()) + " segments are sound; "
                        + (result.sound()
                                ? "nothing is damaged"
                                : Units.count(result.findings()) + " places are damaged"));
    }
}
