package io.offspan.server.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.offspan.server.ServerCase;
import io.offspan.testkit.otlp.SpanBag;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls by grpc-java. */
class OtlpGrpcTest extends ServerCase {
    /** Bytes as they are. */
    private enum Raw implements MethodDescriptor.Marshaller<byte[]> {
        BYTES;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.address().getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private byte[] call(String path, byte[] message, CallOptions options) {
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(path.substring(1))
                .setRequestMarshaller(Raw.BYTES)
                .setResponseMarshaller(Raw.BYTES)
                .build();
        return ClientCalls.blockingUnaryCall(channel, method, options, message);
    }

    private ExportTraceServiceResponse export(ExportTraceServiceRequest request) throws Exception {
        return ExportTraceServiceResponse.parseFrom(call(OtlpGrpc.PATH, request.toByteArray(), CallOptions.DEFAULT));
    }

    private StatusRuntimeException refusal(String path, byte[] message, CallOptions options) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> call(path, message, options));
    }

    @Test
    void storesWhatIsExported() throws Exception {
        assertThat(export(Requests.of(1, 3))).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
        assertThat(stored()).isEqualTo(SpanBag.of(Requests.of(1, 3)));
    }

    @Test
    void storesWhatIsExportedByGzip() throws Exception {
        call(OtlpGrpc.PATH, Requests.of(1, 300).toByteArray(), CallOptions.DEFAULT.withCompression("gzip"));
        assertThat(stored()).isEqualTo(SpanBag.of(Requests.of(1, 300)));
    }

    @Test
    void saysHowManySpansAreRejectedAndWhy() throws Exception {
        ExportTraceServiceRequest.Builder request = Requests.of(1, 3).toBuilder();
        request.getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .getSpansBuilder(1)
                .setSpanId(ByteString.EMPTY);
        ExportTraceServiceResponse said = export(request.build());
        assertThat(said.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
        assertThat(said.getPartialSuccess().getErrorMessage()).contains("BAD_ID");
    }

    @Test
    void refusesWhatIsNoRequest() {
        StatusRuntimeException refused = refusal(OtlpGrpc.PATH, new byte[] {0x0a, 0x7f, 1}, CallOptions.DEFAULT);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(refused.getStatus().getDescription()).contains("the rest of the request is not");
    }

    @Test
    void knowsOneCallAlone() {
        StatusRuntimeException refused =
                refusal("/opentelemetry.proto.collector.logs.v1.LogsService/Export", new byte[0], CallOptions.DEFAULT);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription()).contains("LogsService");
    }

    @Test
    void refusesWhatIsTooLargePackedOrNot() throws Exception {
        StatusRuntimeException large = refusal(OtlpGrpc.PATH, new byte[OtlpHttp.MAX_BYTES + 1], CallOptions.DEFAULT);
        assertThat(large.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        assertThat(large.getTrailers().keys()).doesNotContain("grpc-status-details-bin");
        StatusRuntimeException unpacked =
                refusal(OtlpGrpc.PATH, new byte[OtlpHttp.MAX_BYTES + 1], CallOptions.DEFAULT.withCompression("gzip"));
        assertThat(unpacked.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
        export(Requests.of(1, 1));
    }

    @Test
    void takesARequestOfManyMebibytes() throws Exception {
        ExportTraceServiceRequest.Builder request = Requests.of(1, 40).toBuilder();
        request.getResourceSpansBuilder(0)
                .getScopeSpansBuilder(0)
                .getSpansBuilderList()
                .forEach(span -> span.setTraceState("x".repeat(1 << 19)));
        export(request.build());
        assertThat(stored().size()).isEqualTo(40);
    }

    @Test
    void asksToComeAgainWhenTheStoreIsClosed() {
        store.close();
        StatusRuntimeException refused =
                refusal(OtlpGrpc.PATH, Requests.of(1, 3).toByteArray(), CallOptions.DEFAULT);
        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(refused.getTrailers().keys()).contains("grpc-status-details-bin");
    }

    @Test
    void isNoDoorForHttp() throws Exception {
        assertThat(ask(OtlpGrpc.PATH, request -> request.POST(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(415);
    }
}
