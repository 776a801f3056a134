package io.offspan.cli.command;

import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Terminal;
import io.offspan.cli.terminal.Units;
import io.offspan.query.scan.ScanOutcome;

/** Says aloud when an answer leaves something out because it is damaged. */
final class Completeness {
    private Completeness() {}

    /** Returns the exit status of an answer: no, when something is missing in it. */
    static int report(Terminal terminal, ScanOutcome outcome) {
        if (outcome.complete()) {
            return ExitCode.DONE;
        }
        terminal.note("offspan: the answer leaves out " + Units.count(outcome.blocksDamaged(), "damaged block")
                + " and " + Units.count(outcome.spansDamaged(), "damaged span") + "; 'offspan verify' says where");
        return ExitCode.NO;
    }
}
