package io.offspan.cli.demo;

import io.offspan.cli.terminal.CommandException;
import io.offspan.cli.terminal.ExitCode;
import io.offspan.cli.terminal.TerminalCommand;
import io.offspan.core.OverflowPolicy;
import io.offspan.core.SpanStore;
import io.offspan.core.StoreConfig;
import io.offspan.otel.OffspanSpanProcessor;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The child of the demo that is killed: ends spans one after another and says after each, on standard output, that it was
 * acknowledged. Ends only when it is killed, when nobody listens any more, or after {@value #MOST_SPANS} spans.
 */
@Command(name = "demo-writer", hidden = true, description = "Writes spans until it is killed; the demo starts it.")
public final class DemoWriterCommand extends TerminalCommand {
    static final String SERVICE = "demo-writer";
    static final String RUN = "demo.run";
    static final String SEQUENCE = "demo.sequence";

    private static final int MOST_SPANS = 5_000_000;

    @Option(names = "--data", required = true, paramLabel = "DIR")
    private Path data = Path.of("");

    @Option(names = "--run", required = true, paramLabel = "ID")
    private String run = "";

    @Override
    protected int run() throws IOException {
        StoreConfig config = StoreConfig.builder()
                .overflow(OverflowPolicy.WAIT)
                .maxWait(Duration.ofSeconds(10))
                .build();
        try (SpanStore store = SpanStore.open(data, config);
                FileOutputStream acknowledged = new FileOutputStream(FileDescriptor.out)) {
            OffspanSpanProcessor processor = OffspanSpanProcessor.into(store::append);
            SdkTracerProvider provider = SdkTracerProvider.builder()
                    .setResource(Resource.create(Attributes.builder()
                            .put("service.name", SERVICE)
                            .put("process.pid", ProcessHandle.current().pid())
                            .build()))
                    .addSpanProcessor(processor)
                    .build();
            write(provider.get("io.offspan.demo.writer"), processor, acknowledged);
        }
        return ExitCode.DONE;
    }

    private void write(Tracer tracer, OffspanSpanProcessor processor, FileOutputStream acknowledged)
            throws IOException {
        for (long sequence = 1; sequence <= MOST_SPANS; sequence++) {
            tracer.spanBuilder("write")
                    .setSpanKind(SpanKind.INTERNAL)
                    .setAttribute(RUN, run)
                    .setAttribute(SEQUENCE, sequence)
                    .startSpan()
                    .end();
            if (processor.stored() != sequence) {
                throw new CommandException(ExitCode.UNUSABLE, "the store refused span " + sequence);
            }
            acknowledged.write((sequence + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
