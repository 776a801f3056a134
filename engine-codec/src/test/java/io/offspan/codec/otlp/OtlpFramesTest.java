package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.offspan.codec.FormatException;
import io.offspan.codec.FormatException.Reason;
import io.offspan.codec.proto.ProtoOutput;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams of requests are told from single requests, and read as protobuf-java wrote them. */
class OtlpFramesTest {
    private static final int MAX_BYTES = 1 << 20;

    /** A request whose ResourceSpans message has exactly so many bytes, or one more where that cannot be. */
    private static ExportTraceServiceRequest request(int bytes, int kind) {
        ResourceSpans.Builder spans = ResourceSpans.newBuilder();
        for (int padding = Math.max(0, bytes - 40); spans.build().getSerializedSize() < bytes; padding++) {
            switch (kind) {
                case 0 -> spans.setSchemaUrl("s".repeat(padding));
                case 1 ->
                    spans.setResource(Resource.newBuilder().setDroppedAttributesCount(1))
                            .setSchemaUrl("s".repeat(padding));
                default ->
                    spans.clearScopeSpans()
                            .addScopeSpans(ScopeSpans.newBuilder()
                                    .addSpans(Span.newBuilder().setTraceId(ByteString.copyFrom(new byte[padding]))));
            }
        }
        return ExportTraceServiceRequest.newBuilder().addResourceSpans(spans).build();
    }

    private static List<ExportTraceServiceRequest> read(byte[] stream) throws IOException {
        OtlpFrames frames = new OtlpFrames(new ByteArrayInputStream(stream), MAX_BYTES);
        List<ExportTraceServiceRequest> requests = new ArrayList<>();
        while (frames.next()) {
            int from = frames.offset();
            requests.add(ExportTraceServiceRequest.parseFrom(
                    Arrays.copyOfRange(frames.bytes(), from, from + frames.length())));
        }
        return requests;
    }

    @Test
    void readsASingleRequestOfAnySizeAsOne() throws IOException {
        for (int bytes = 0; bytes < 20_000; bytes += bytes < 400 ? 1 : 97) {
            for (int kind = 0; kind < 3; kind++) {
                ExportTraceServiceRequest request = request(bytes, kind);
                assertThat(read(request.toByteArray())).containsExactly(request);
            }
        }
    }

    @Test
    void readsDelimitedRequestsWhateverTheSizeOfTheFirst() throws IOException {
        ExportTraceServiceRequest last = request(50, 2);
        for (int bytes = 0; bytes < 20_000; bytes += bytes < 400 ? 1 : 97) {
            for (int kind = 0; kind < 3; kind++) {
                ExportTraceServiceRequest first = request(bytes, kind);
                ByteArrayOutputStream stream = new ByteArrayOutputStream();
                first.writeDelimitedTo(stream);
                last.writeDelimitedTo(stream);
                assertThat(read(stream.toByteArray())).containsExactly(first, last);
            }
        }
    }

    @Test
    void readsNothingFromNothingAndEmptyRequestsAsSuch() throws IOException {
        assertThat(read(new byte[0])).isEmpty();
        ExportTraceServiceRequest nothing = ExportTraceServiceRequest.getDefaultInstance();
        assertThat(read(new byte[] {0, 0})).containsExactly(nothing, nothing);
    }

    @Test
    void writesWhatProtobufReads() throws IOException {
        byte[] content = request(300, 2).toByteArray();
        ProtoOutput buffer = new ProtoOutput(16);
        buffer.ensure(content.length);
        for (byte b : content) {
            buffer.putByte(b);
        }
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        OtlpFrames.write(stream, buffer);
        assertThat(ExportTraceServiceRequest.parseDelimitedFrom(new ByteArrayInputStream(stream.toByteArray())))
                .isEqualTo(ExportTraceServiceRequest.parseFrom(content));
    }

    @Test
    void saysWhereAStreamIsCutShortAndWhatIsTooLarge() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        request(100, 2).writeDelimitedTo(stream);
        request(100, 2).writeDelimitedTo(stream);
        byte[] cut = Arrays.copyOf(stream.toByteArray(), stream.size() - 1);
        assertThatThrownBy(() -> read(cut))
                .isInstanceOfSatisfying(
                        FormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TRUNCATED));

        ByteArrayOutputStream large = new ByteArrayOutputStream();
        request(100, 2).writeDelimitedTo(large);
        request(MAX_BYTES, 2).writeDelimitedTo(large);
        assertThatThrownBy(() -> read(large.toByteArray()))
                .isInstanceOfSatisfying(
                        FormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
    }
}
