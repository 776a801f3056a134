package io.offspan.cli.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.offspan.codec.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the objects at the outermost level of a JSON stream: in a list, in a list of lists, one after another, a line each, behind what a
 * logger writes in front of them.
 *
 * <p>Where an object is torn or no JSON, it is refused from there on, and reading goes on at the next that begins like a request.
 */
abstract class JsonReader implements SpanReader {
    private final Set<String> starts;
    private final Set<String> mayStart;

    /**
     * @param starts first names of objects that stand nowhere but at the outermost level
     * @param mayStart more first names of objects at the outermost level
     */
    JsonReader(Set<String> starts, Set<String> mayStart) {
        this.starts = starts;
        this.mayStart = mayStart;
    }

    /** Reads the object that is open. */
    abstract void record(JsonInput in, Intake intake) throws IOException;

    /** Returns what the objects are that gave no span, or null. */
    abstract @Nullable String foreign();

    /** Counts what is lost with an object that is not read to its end. */
    abstract void abandon(Intake intake);

    @Override
    public final void read(HeadStream stream, Intake intake) throws IOException {
        JsonRecords records = records(stream, intake);
        requireOurs(intake);
        foreignLines(records, intake);
        if (records.listOpen()) {
            intake.refuse(
                    InputException.TRUNCATED,
                    records.place() + "the list around the requests is not closed; is it cut off?");
        }
    }

    /** Reads the objects of a stream. */
    final JsonRecords records(InputStream stream, Intake intake) throws IOException {
        JsonRecords records = new JsonRecords(stream, starts, mayStart);
        while (records.next()) {
            try (JsonInput in = new JsonInput(records, intake)) {
                try {
                    record(in, intake);
                    in.requireWhole();
                } catch (JsonProcessingException stopped) {
                    InputException malformed = in.malformed(stopped);
                    abandon(intake);
                    refuse(intake, malformed.reason(), String.valueOf(malformed.getMessage()));
                    records.leave();
                } catch (FormatException frame) {
                    abandon(intake);
                    refuse(intake, frame.reason().name(), String.valueOf(frame.getMessage()));
                }
            }
        }
        return records;
    }

    /** Refuses a file that gave no span and is known for something else. */
    final void requireOurs(Intake intake) {
        String foreign = intake.fileSpans() == 0 && intake.fileRefused() == 0 ? foreign() : null;
        if (foreign != null) {
            throw new InputException(InputException.FOREIGN, foreign);
        }
    }

    private static void refuse(Intake intake, String reason, String why) {
        intake.refuse(reason, why + "; the rest of this request is skipped, " + intake.before());
    }

    private static void foreignLines(JsonRecords records, Intake intake) {
        ForeignText between = records.between();
        long lines = between.lines();
        boolean all = intake.fileSpans() == 0 && intake.fileRefused() == 0;
        if (between.isLog()) {
            intake.passedLines(lines, between.places());
        } else if (lines > 0 && all) {
            throw new InputException(InputException.FOREIGN, KnownKinds.text(between.start()));
        } else if (lines > 0) {
            intake.refuse(
                    InputException.MALFORMED,
                    between.place() + "expected an object, found '" + Ids.shortened(between.start()) + "'"
                            + (lines == 1 ? "" : "; such lines: " + between.places()));
            intake.refuse(InputException.MALFORMED, lines - 1);
        }
    }
}
