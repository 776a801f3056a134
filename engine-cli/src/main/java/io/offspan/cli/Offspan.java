package io.offspan.cli;

import io.offspan.cli.CompletionCommand.Shell;
import io.offspan.cli.command.ExportCommand;
import io.offspan.cli.command.GraphCommand;
import io.offspan.cli.command.IngestCommand;
import io.offspan.cli.command.QueryCommand;
import io.offspan.cli.command.ReindexCommand;
import io.offspan.cli.command.ReplayCommand;
import io.offspan.cli.command.ServicesCommand;
import io.offspan.cli.command.StatsCommand;
import io.offspan.cli.command.TagsCommand;
import io.offspan.cli.command.TailCommand;
import io.offspan.cli.command.TopCommand;
import io.offspan.cli.command.TraceCommand;
import io.offspan.cli.command.TracesCommand;
import io.offspan.cli.command.VerifyCommand;
import io.offspan.cli.demo.DemoCommand;
import io.offspan.cli.demo.DemoWriterCommand;
import io.offspan.cli.input.InputFormat;
import io.offspan.cli.terminal.Choice;
import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.Json;
import io.offspan.cli.terminal.Terminal;
import io.offspan.query.ast.SpanOrder;
import io.offspan.query.discover.RatesOrder;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The {@code offspan} command. */
@Command(
        name = "offspan",
        mixinStandardHelpOptions = true,
        versionProvider = Offspan.Version.class,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = "Looks into, fills and empties embedded span stores.",
        footer = {
            "",
            "Exit status: 0 done; 1 the answer is no (not found, damaged, input refused);",
            "2 wrong usage; 3 the store cannot be used, with what to do.",
        },
        subcommands = {
            DemoCommand.class,
            IngestCommand.class,
            TraceCommand.class,
            QueryCommand.class,
            TracesCommand.class,
            ServicesCommand.class,
            TagsCommand.class,
            TopCommand.class,
            GraphCommand.class,
            TailCommand.class,
            ExportCommand.class,
            ReplayCommand.class,
            StatsCommand.class,
            VerifyCommand.class,
            ReindexCommand.class,
            CompletionCommand.class,
            HelpCommand.class,
            DemoWriterCommand.class,
        })
public final class Offspan {
    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Offspan.class.getPackage().getImplementationVersion();
            return new String[] {
                "offspan " + (version == null ? "(not packaged)" : version),
                "Java " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
            };
        }
    }

    private static final String UTF_8 = "UTF-8";
    private static final char UNDECODED = '\uFFFD';

    private Offspan() {}

    public static void main(String[] arguments) {
        Terminal terminal = Terminal.ofProcess();
        int status = run(terminal, arguments);
        boolean written = terminal.flush();
        if (!written) {
            terminal.explainUnwritten();
        }
        // Agents of the store are daemons, but a service of the demo may not be; the answer is out.
        System.exit(written || status != ExitCode.DONE ? status : ExitCode.NO);
    }

    /** Runs a command line; returns its exit status. */
    static int run(Terminal terminal, String... arguments) {
        terminal.json(Arrays.asList(arguments).contains("--json"));
        CommandLine command = new CommandLine(new Offspan(), new Factory(terminal));
        command.setOut(new PrintWriter(terminal.out(), true));
        command.setErr(new PrintWriter(terminal.err(), true));
        command.setColorScheme(Help.defaultColorScheme(terminal.ansi(false)));
        command.setExpandAtFiles(false);
        command.registerConverter(InputFormat.class, new Choice<>(InputFormat.values()));
        command.registerConverter(SpanOrder.class, new Choice<>(SpanOrder.values()));
        command.registerConverter(TagsCommand.Place.class, new Choice<>(TagsCommand.Place.values()));
        command.registerConverter(TopCommand.By.class, new Choice<>(TopCommand.By.values()));
        command.registerConverter(RatesOrder.class, new Choice<>(RatesOrder.values()));
        command.registerConverter(Shell.class, new Choice<>(Shell.values()));
        HelpText.use(command, terminal);
        command.setParameterExceptionHandler((failure, args) -> onUsage(terminal, failure, args));
        command.setExecutionExceptionHandler((failure, at, parsed) -> Failures.report(terminal, failure, arguments));
        if (arguments.length == 0) {
            command.usage(command.getErr(), Help.defaultColorScheme(terminal.ansi(true)));
            return ExitCode.USAGE;
        }
        try {
            requireDecoded(arguments);
            return command.execute(arguments);
        } catch (CommandException undecoded) {
            return Failures.report(terminal, undecoded, arguments);
        } catch (StackOverflowError | OutOfMemoryError | AssertionError | LinkageError e) {
            return Failures.report(terminal, e, arguments);
        }
    }

    /** The JVM has put a mark in the place of what the locale does not know; it would look for that. */
    private static void requireDecoded(String... arguments) {
        String encoding = System.getProperty("sun.jnu.encoding", UTF_8);
        for (String argument : arguments) {
            if (!encoding.equals(UTF_8) && argument.indexOf(UNDECODED) >= 0) {
                throw CommandException.usage("the locale of this process has only the characters of " + encoding
                        + ", and '" + argument + "' has others; set LC_ALL=C.UTF-8");
            }
        }
    }

    /** Returns a word that would be an option with one more dash, or null. */
    private static @Nullable String withOneDash(CommandSpec command, String... arguments) {
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            if (name.equals("--")) {
                return null;
            }
            if (!name.startsWith("--") && command.optionsMap().containsKey("-" + name)) {
                return name;
            }
        }
        return null;
    }

    private static int onUsage(Terminal terminal, ParameterException failure, String... arguments) {
        String message = String.valueOf(failure.getMessage());
        String single = withOneDash(failure.getCommandLine().getCommandSpec(), arguments);
        if (single != null) {
            message = "'" + single + "' is not an option; write -" + single;
        }
        String name = failure.getCommandLine().getCommandSpec().qualifiedName();
        terminal.note(name + ": " + message);
        List<String> similar = failure instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.of();
        if (!similar.isEmpty()) {
            terminal.note("Did you mean " + String.join(" or ", similar) + "?");
        }
        terminal.note("Try '" + name + " --help'.");
        terminal.answer(Json.failure(ExitCode.USAGE, message));
        return ExitCode.USAGE;
    }
}
