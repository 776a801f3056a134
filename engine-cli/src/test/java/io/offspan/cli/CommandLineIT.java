package io.offspan.cli;

import static io.offspan.cli.Case.does;
import static io.offspan.cli.Case.no;
import static io.offspan.cli.Case.unusable;
import static io.offspan.cli.Case.wrong;

import io.offspan.core.SpanStore;
import io.offspan.testkit.receiver.OtlpReceiver;
import io.offspan.testkit.receiver.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command, told right and wrong things: what it answers, where, and with which exit status. One line or two of each command, and
 * what only a process can show, are run by the packaged jar; the others in this process.
 */
class CommandLineIT {
    private static final int AT_ONCE = 2;

    @TempDir
    static Path scratch;

    private static Inputs inputs;
    private static SpanStore locked;
    private static Path archive;
    private static OtlpReceiver receiver;
    private static OtlpReceiver refusing;

    @BeforeAll
    static void prepare() throws Exception {
        receiver = OtlpReceiver.start();
        refusing = OtlpReceiver.start().usually(Reply.answer(401));
        inputs = new Inputs(scratch).put("RECEIVER", receiver.base()).put("REFUSING", refusing.base());
        locked = SpanStore.open(inputs.path("LOCKED"));
        // Classes that are read from an archive make each of many short runs twice as fast.
        archive = scratch.resolve("classes.jsa");
        offspan()
                .jvmOption("-XX:ArchiveClassesAtExit=" + archive)
                .jvmOption("-Xlog:disable")
                .run("query", "--data", inputs.path("GOOD"), "--json")
                .expect(0);
    }

    @AfterAll
    static void close() throws IOException {
        locked.close();
        receiver.close();
        refusing.close();
    }

    private static CommandProcess offspan() {
        CommandProcess offspan = new CommandProcess(scratch).brief();
        return Files.exists(archive) ? offspan.jvmOption("-XX:SharedArchiveFile=" + archive) : offspan;
    }

    private static Stream<DynamicTest> run(Stream<Case> cases) {
        ExecutorService runner = Executors.newFixedThreadPool(AT_ONCE);
        List<DynamicTest> tests = cases.map(row -> {
                    if (!row.needsProcess()) {
                        return DynamicTest.dynamicTest(row.name(), () -> row.check(row.run(inputs::get)));
                    }
                    Future<Ended> ended = runner.submit(() -> row.run(offspan(), inputs::get));
                    return DynamicTest.dynamicTest(row.name(), () -> row.check(ended.get()));
                })
                .toList();
        runner.shutdown();
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> theCommandItself() {
        return run(Stream.of(
                does("--version").packaged().says("^offspan 0\\.", "Java "),
                does("--help").says("Usage: offspan", "(?m)^  verify ", "Exit status"),
                wrong("qurey").packaged().notes("'qurey'", "Did you mean query", "offspan --help"),
                wrong("query --data GOOD --limt 3").notes("'--limt'", "--limit"),
                wrong("query").plainly().notes("--data=DIR", "offspan query --help"),
                wrong("query --data").notes("--data"),
                wrong("query --data ''").notes("--data is empty"),
                wrong("query --data GOOD --data GOOD").notes("only once"),
                wrong("").plainly().notes("Usage: offspan"),
                does("completion bash").packaged().says("_complete_offspan"),
                does("completion zsh --json").fits("completion"),
                wrong("completion fish").notes("'fish' is none of bash, zsh")));
    }

    @TestFactory
    Stream<DynamicTest> questions() {
        return run(Stream.of(
                does("query --data GOOD --json").packaged().fits("query").says("\"matched\":95}"),
                does("query --data GOOD '{ status = error } | select(.text, duration, span:start)' --limit 2 --json")
                        .fits("query")
                        .says("\"select\":\\{\"\\.text\":\"bücher 0\",\"duration\":90000000,"),
                does("query --data GOOD '{ .text = \"bücher 1\" }' --limit 1")
                        .packaged()
                        .says("^START\tDURATION\t", "\tcart\tspan "),
                does("query --data GOOD '{ status = error }' --count --explain --json")
                        .fits("query")
                        .says("\"matched\":10,", "\"blocksDamaged\":0"),
                does("query --data GOOD '{ name = \"nobody\" }' --count").says("^0\n$"),
                does("query --data GOOD --to 2023-11-14T22:13:21Z --count").says("^1\n$"),
                does("query --data GOOD --limit 2 --order slowest --json")
                        .fits("query")
                        .says("\"nextPage\":\""),
                does("query --data GOOD --by kind --json").fits("query").says("\"groupsBeyond\":0"),
                does("services --data GOOD --json").fits("services").says("\"cart\""),
                does("tags --data GOOD --json").packaged().fits("tags").says("\"service.name\""),
                does("traces --data GOOD --json").fits("traces").says("\"beyond\":0"),
                does("top --data GOOD --to 2023-11-14T22:20:00Z --window 1h --json")
                        .fits("top")
                        .says("\"by\":\"service\"", "\"service\":\"cart\""),
                does("graph --data GOOD --json").packaged().fits("graph").says("\"kind\":\"entry\""),
                wrong("query --data GOOD --page nonsense").notes("--page", "damaged"),
                wrong("query --data GOOD --by 'a b'").notes("--by", "is no field"),
                wrong("query --data GOOD nonsense").notes("Line 1, column 1: found \"nonsense\"", "\n^"),
                wrong("query --data GOOD '{ status == error }'")
                        .notes("column 10", "did you mean =?", "\n         ^")
                        .says("\"line\":1,\"column\":10}\n$"),
                wrong("query --data GOOD '{ name = \"a\" &&\n  }'")
                        .notes("Line 2, column")
                        .says("\"line\":2,\"column\":3}\n$"),
                wrong("query --data GOOD '{ } | topk(5)'").notes("column 7", "topk", "follows a metric"),
                wrong("query --data GOOD '{ } | rate(1)'").notes("column 12", "takes nothing"),
                does("query --data GOOD '{ } | count_over_time() by (kind)' --from 2023-11-14 --to 2023-11-15 --json")
                        .fits("query")
                        .says("\"step\":\"300000000000\""),
                wrong("query --data GOOD '{ name =~ \"(a{1000}){1000}\" }'").notes("column 11", "states, allowed are"),
                wrong("query --data GOOD '{ name =~ \"(\" }'").notes("column 11"),
                wrong("query --data GOOD HUGE_TEXT").notes("column 10", "found 100000, allowed 65536"),
                wrong("query --data GOOD HUGE_PATTERN").notes("Line 1, column 11"),
                wrong("query --data GOOD --from 1764100000000000")
                        .notes("--from", "16 digits", "write 1764100000000000us"),
                wrong("query --data GOOD --from now --to -1h30m").notes("no span starts at ", "exchange them"),
                wrong("query --data GOOD --from yesterday").notes("--from", "is not a time; write"),
                wrong("query --data GOOD --from 1969-07-20T20:17:40Z").notes("outside the times of spans, 1970"),
                wrong("query --data GOOD --to 9999-01-01T00:00:00Z").notes("outside the times of spans"),
                wrong("query --data GOOD --from -36500d").notes("outside the times of spans"),
                wrong("query --data GOOD --limit 0").notes("--limit is 0; allowed are 1 to"),
                wrong("query --data GOOD --limit many").notes("--limit", "'many'"),
                wrong("query --data GOOD '{ .text = \"bücher 1\" }'")
                        .locale("C")
                        .notes("LC_ALL=C.UTF-8")));
    }

    @TestFactory
    Stream<DynamicTest> tracesAndTails() {
        return run(Stream.of(
                does("trace --data GOOD TRACE_ID").says("10 spans", "error: tenth"),
                does("trace --data GOOD TRACE_ID --json")
                        .packaged()
                        .fits("trace")
                        .says("\"intValue\":\"29\""),
                does("trace --data GOOD abcdef0000000000000003").says("10 spans"),
                no("trace --data GOOD 123").notes("begins with 123"),
                no("trace --data GOOD 0 --json").fits("error").notes("could be more than 5 traces", "give more digits"),
                wrong("trace --data GOOD 12x").notes("'12x' is not a trace id", "32 hexadecimal digits", "traceparent"),
                wrong("trace --data GOOD").notes("TRACE_ID"),
                no("trace --data GOOD NO_TRACE_ID --json")
                        .fits("error")
                        .notes("no span of trace 4bf92f3577b34da6a3ce929d0e0e4736"),
                no("trace --data GOOD NO_TRACE_ID").says("^$").notes("no span of trace"),
                does("tail --data GOOD '{ status = error } | select(.number)' --from-start --limit 3 --json")
                        .packaged()
                        .eachLineFits("tail")
                        .says("\"select\":\\{\"\\.number\":20}}\n$"),
                wrong("tail --data GOOD '{ } | count() > 3'").notes("count()"),
                wrong("tail --data GOOD '{ trace:duration > 3s }'").notes("trace"),
                wrong("tail --data GOOD --limit 0").notes("--limit is 0")));
    }

    @TestFactory
    Stream<DynamicTest> files() {
        return run(Stream.of(
                does("ingest --data NEW OTLP --json")
                        .packaged()
                        .fits("ingest")
                        .says("\"spans\":95,\"traces\":10,\"rejected\":\\{}"),
                does("ingest --data NEW OTLP_JSON ZIPKIN CSV").says("^3 spans of 3 traces stored in "),
                does("ingest --data NEW --format zipkin-json - --json < ZIPKIN")
                        .packaged()
                        .fits("ingest")
                        .says("\"spans\":1,"),
                no("ingest --data NEW CUT_OTLP --json")
                        .fits("ingest")
                        .says("\"BROKEN_REQUEST\":1")
                        .notes("cut_otlp: "),
                no("ingest --data NEW LETTER --json")
                        .fits("ingest")
                        .says("\"FOREIGN\":1")
                        .notes("letter: "),
                no("ingest --data NEW BAD_OTLP_JSON CUT_OTLP_JSON --json")
                        .fits("ingest")
                        .says("\"MALFORMED\":1", "\"TRUNCATED\":1")
                        .notes("bad_otlp_json: line 2, column 15: scopeSpans is '7'", "cut_otlp_json: line 2, column "),
                no("ingest --data NEW BAD_ZIPKIN --json")
                        .fits("ingest")
                        .says("\"spans\":1,", "\"BAD_ID\":1")
                        .notes("bad_zipkin: line 2, column", "bad_zipkin: line 3, column 3"),
                no("ingest --data NEW BAD_CSV --json --format nezha-csv")
                        .fits("ingest")
                        .says("\"spans\":1,", "\"MALFORMED\":2")
                        .notes(
                                "bad_csv: line 3: column StartTimeUnixNano: ",
                                "'soon'",
                                "bad_csv: line 4: expected 8 columns"),
                no("ingest --data NEW --format nezha-csv OTHER_CSV")
                        .says("FOREIGN")
                        .notes("line 1, column 1", "TraceID"),
                wrong("ingest --data NEW --format xml OTLP").notes("'xml'", "otlp-json"),
                wrong("ingest --data NEW no-such-file").notes("no-such-file does not exist", "nothing was stored"),
                wrong("ingest --data NEW EMPTY").notes("is a directory"),
                wrong("ingest --data NEW - -").notes("more than once"),
                wrong("ingest --data NEW").notes("FILE"),
                unusable("ingest --data FOREIGN OTLP").packaged().notes("letter.txt", "empty directory"),
                unusable("ingest --data FILE OTLP").notes("is not a directory"),
                unusable("ingest --data LINK OTLP").notes("symbolic link"),
                unusable("ingest --data NEWER OTLP").notes("format version 3", "the release that wrote it"),
                unusable("ingest --data LOCKED OTLP")
                        .notes(Long.toString(ProcessHandle.current().pid()))));
    }

    @TestFactory
    Stream<DynamicTest> exports() {
        return run(Stream.of(
                does("export --data GOOD --output NEW --json")
                        .packaged()
                        .fits("export")
                        .says("\"spans\":95,"),
                does("export --data GOOD --output NEW").says("^95 spans written to "),
                no("export --data DAMAGED --output NEW --json")
                        .fits("export")
                        .says("\"spans\":0,.*\"damagedBlocks\":1")
                        .notes("'offspan verify' says where"),
                does("export --data SENT --endpoint RECEIVER --json")
                        .packaged()
                        .fits("export")
                        .says("\"spans\":95,", "\"state\":\"done\""),
                no("export --data SENT --name refused --endpoint REFUSING --json")
                        .fits("export")
                        .says("\"spans\":0,", "\"state\":\"paused\"", "\"exitCode\":1")
                        .notes("takes nothing: ", "401"),
                no("export --data SENT --name dead --endpoint http://127.0.0.1:9 --give-up 500ms --json")
                        .fits("export")
                        .says("\"state\":\"(retrying|sending)\"")
                        .notes("has accepted nothing for 500ms", "--give-up waits longer"),
                wrong("export --data GOOD").notes("--endpoint http://localhost:4318", "--output"),
                wrong("export --data GOOD --output NEW --follow").notes("--output writes a file"),
                wrong("export --data GOOD --output EMPTY").notes("is a directory"),
                wrong("export --data GOOD --output no/such/file").notes("does not exist; make it first"),
                wrong("export --data GOOD --config EMPTY").notes("cannot be read"),
                wrong("export --data GOOD --endpoint http://otlp.example.com").notes("--allow-plain-http"),
                wrong("export --data GOOD --endpoint ftp://localhost").notes("ftp"),
                does("export --data SENT --name called --endpoint RECEIVER --protocol grpc --json")
                        .fits("export")
                        .says("\"spans\":95,"),
                wrong("export --data GOOD --endpoint RECEIVER --protocol http/json")
                        .notes("http/protobuf and grpc"),
                wrong("export --data GOOD --endpoint RECEIVER --compression brotli")
                        .notes("gzip, zstd, none or auto are allowed"),
                does("export --data SENT --name packed --endpoint RECEIVER --compression zstd --json")
                        .fits("export")
                        .says("\"compression\":\"zstd, as set\""),
                wrong("export --data GOOD --endpoint RECEIVER --header nonsense")
                        .notes("--header number 1 has no name"),
                wrong("export --data GOOD --endpoint RECEIVER --name ../up").notes("../up"),
                unusable("export --data NEWER --endpoint RECEIVER").notes("format version 3")));
    }

    @TestFactory
    Stream<DynamicTest> statistics() {
        return run(Stream.of(
                does("stats --data GOOD --json").packaged().fits("stats").says("\"spans\":95,\"traces\":10,"),
                does("stats --data LOCKED").says("(?m)^spans\t95$", "(?m)^writer.accepted\t\\d"),
                does("stats --data DAMAGED --json").fits("stats").says("\"corruptBlocks\":1,"),
                wrong("stats").notes("--data=DIR"),
                unusable("stats --data NEWER").notes("format version 3")));
    }

    @TestFactory
    Stream<DynamicTest> storesThatAreNone() {
        return run(Stream.of(
                unusable("query --data NONE").packaged().notes("none: it has neither a log nor slabs; check the path"),
                unusable("query --data EMPTY").notes("empty: it has neither"),
                unusable("query --data FOREIGN").notes("foreign: it has neither"),
                unusable("query --data FILE").notes("file: it has neither"),
                unusable("verify --data NONE").notes("none: it has neither"),
                unusable("trace --data FOREIGN TRACE_ID").notes("foreign: it has neither"),
                unusable("tail --data FILE").notes("file: it has neither"),
                unusable("stats --data NONE").notes("none: it has neither"),
                unusable("export --data NONE --output NEW").notes("none: it has neither"),
                unusable("export --data EMPTY --endpoint RECEIVER").notes("empty: it has neither")));
    }

    /** What the demo does right is shown by {@link DemoIT}. */
    @TestFactory
    Stream<DynamicTest> demos() {
        return run(Stream.of(
                wrong("demo --visits 0").packaged().notes("--visits is 0; allowed are 1 to 100000"),
                wrong("demo --seed many").notes("--seed", "'many'"),
                unusable("demo --data FILE").notes("is not a directory"),
                unusable("demo --data FOREIGN").notes("letter.txt"),
                unusable("demo --data LOCKED")
                        .notes(Long.toString(ProcessHandle.current().pid()))));
    }

    @TestFactory
    Stream<DynamicTest> damageAndHealth() {
        return run(Stream.of(
                does("verify --data GOOD --json")
                        .packaged()
                        .fits("verify")
                        .says("\"spans\":95,.*\"findings\":0,\"damaged\":\\[],\"unusableIndexFiles\":\\[]"),
                does("verify --data GOOD").says("^95 spans in .* are sound; nothing is damaged\n$"),
                does("verify --data LOCKED").says("nothing is damaged"),
                no("verify --data DAMAGED --json")
                        .packaged()
                        .fits("verify")
                        .says("\"findings\":1,.*\\.cq4\",\"offset\":"),
                no("verify --data DAMAGED").says("\\.cq4, offset \\d+ to \\d+: .*\n0 spans .*; 1 place is damaged\n$"),
                no("query --data DAMAGED --json")
                        .fits("query")
                        .says("\"matched\":0}")
                        .notes("leaves out 1 damaged block and", "'offspan verify' says where"),
                no("trace --data DAMAGED TRACE_ID").notes("'offspan verify' says where"),
                unusable("query --data NEWER").notes("format version 3"),
                unusable("verify --data NEWER").notes("format version 3"),
                no("verify --data GOOD > FULL").notes("standard output does not take the answer: No space left")));
    }
}
