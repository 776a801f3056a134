package io.offspan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.offspan.codec.FormatException;
import io.offspan.codec.proto.ProtoOutput;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The laws of framing: what was written is read, from one request or many, whatever piece by piece the stream gives. */
class OtlpFramesPropertyTest {
    @Property
    void readingInvertsWriting(@ForAll long seed, @ForAll @IntRange(max = 5) int requests) throws IOException {
        RandomRequests random = new RandomRequests(seed, true);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            byte[] request = random.next().toByteArray();
            sent.add(request);
            OtlpFrames.write(stream, buffer(request));
        }
        assertThat(read(stream.toByteArray())).containsExactlyElementsOf(sent);
    }

    @Property
    void aSingleRequestIsRecognised(@ForAll long seed) throws IOException {
        ExportTraceServiceRequest request = new RandomRequests(seed, false).next();
        byte[] bytes = RandomRequests.damageText(request.toByteArray());
        assertThat(read(bytes)).containsExactlyElementsOf(bytes.length == 0 ? List.of() : List.of(bytes));
    }

    @Property
    void protobufReadsTheFrames(@ForAll long seed) throws IOException {
        byte[] request = new RandomRequests(seed, true).next().toByteArray();
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        OtlpFrames.write(stream, buffer(request));
        assertThat(ExportTraceServiceRequest.parseDelimitedFrom(new ByteArrayInputStream(stream.toByteArray())))
                .isEqualTo(ExportTraceServiceRequest.parseFrom(request));
    }

    @Test
    void smallRequestsOfEveryLengthAreToldApart() throws IOException {
        for (int name = 0; name < 300; name++) {
            byte[] request = Wire.request(Wire.span("n".repeat(name)));
            assertThat(read(request)).containsExactly(request);
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            OtlpFrames.write(stream, buffer(request));
            assertThat(read(stream.toByteArray())).containsExactly(request);
        }
        for (int schema = 0; schema < 20; schema++) {
            byte[] request = Wire.message()
                    .field(1, Wire.message().field(3, new byte[schema]))
                    .bytes();
            assertThat(read(request)).containsExactly(request);
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            OtlpFrames.write(stream, buffer(request));
            assertThat(read(stream.toByteArray())).containsExactly(request);
        }
    }

    @Test
    void emptyFramesAreEmptyRequests() throws IOException {
        assertThat(read(new byte[] {0, 0})).containsExactly(new byte[0], new byte[0]);
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void aStreamThatEndsInsideAFrameIsRefusedBehindTheWholeOnes() throws IOException {
        byte[] request = Wire.request(Wire.span("name"));
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        OtlpFrames.write(stream, buffer(request));
        OtlpFrames.write(stream, buffer(request));
        byte[] cut = Arrays.copyOf(stream.toByteArray(), stream.size() - 1);
        OtlpFrames frames = new OtlpFrames(new ByteArrayInputStream(cut), 1000);
        assertThat(frames.next()).isTrue();
        assertThatThrownBy(frames::next).isInstanceOf(FormatException.class).hasMessageContaining("of which");
    }

    @Test
    void requestsBeyondTheLimitAreRefusedWithoutBeingRead() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        byte[] small = Wire.request(Wire.span("name"));
        OtlpFrames.write(stream, buffer(small));
        stream.writeBytes(new byte[] {-1, -1, -1, -1, 7});
        OtlpFrames frames = new OtlpFrames(new ByteArrayInputStream(stream.toByteArray()), 1000);
        assertThat(frames.next()).isTrue();
        assertThatThrownBy(frames::next).isInstanceOf(FormatException.class).hasMessageContaining("1000");
        byte[] single = Wire.request(Wire.span("n".repeat(2000)));
        assertThatThrownBy(() -> new OtlpFrames(new ByteArrayInputStream(single), 1000).next())
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("1000");
        assertThatThrownBy(() -> new OtlpFrames(InputStream.nullInputStream(), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ProtoOutput buffer(byte[] request) {
        ProtoOutput buffer = new ProtoOutput(16);
        buffer.ensure(request.length);
        for (byte b : request) {
            buffer.putByte(b);
        }
        return buffer;
    }

    /** Reads all requests from a stream that gives its bytes in small pieces. */
    private static List<byte[]> read(byte[] stream) throws IOException {
        InputStream slow = new ByteArrayInputStream(stream) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + count % 700));
            }
        };
        OtlpFrames frames = new OtlpFrames(slow, 1 << 24);
        List<byte[]> requests = new ArrayList<>();
        while (frames.next()) {
            requests.add(Arrays.copyOfRange(frames.bytes(), frames.offset(), frames.offset() + frames.length()));
        }
        return requests;
    }
}
