package io.offspan.cli;

import io.offspan.cli.terminal.Cells;
import io.offspan.cli.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How the end of a command's help is set: words are wrapped at the width of the terminal, indented lines are examples and tables, which
 * stay whole, so that they can be pasted.
 */
final class HelpText {
    private static final String INDENT = "  ";
    private static final int WIDTH_OF_FILES = 80;
    /** The narrowest that the library sets options in. */
    private static final int LEAST_WIDTH = 55;

    private HelpText() {}

    /** Sets the help of a command and of all below it. */
    static void use(CommandLine command, Terminal terminal) {
        int width = terminal.interactive() ? Math.max(LEAST_WIDTH, terminal.columns()) : WIDTH_OF_FILES;
        command.setUsageHelpWidth(width);
        everyOne(command)
                .forEach(each ->
                        each.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> footer(help, width)));
    }

    private static Stream<CommandLine> everyOne(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(HelpText::everyOne));
    }

    private static String footer(Help help, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : help.commandSpec().usageMessage().footer()) {
            boolean words = !line.isEmpty() && !line.startsWith(INDENT);
            if (!words && !paragraph.isEmpty()) {
                lines.addAll(Cells.wrap(paragraph.toString(), width));
                paragraph.setLength(0);
            }
            if (words) {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line);
            } else {
                lines.add(line);
            }
        }
        lines.addAll(Cells.wrap(paragraph.toString(), width));
        return String.join(System.lineSeparator(), lines).stripTrailing() + System.lineSeparator();
    }
}
