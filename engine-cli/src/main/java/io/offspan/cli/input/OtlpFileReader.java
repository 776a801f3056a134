package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.otlp.OtlpFrames;
import io.offspan.codec.proto.ProtoInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Reads binary OTLP: one request, or many, each behind its length as a varint or, by the OpenTelemetry Collector, in four bytes.
 *
 * <p>What Tempo answers is taken out of its wrapping. Requests of other signals are passed over and counted.
 */
final class OtlpFileReader implements SpanReader {
    private static final int MAX_REQUEST_BYTES = 256 << 20;
    /** The first byte of every request that is not empty: field 1, length-delimited. */
    private static final int RESOURCE_SPANS_TAG = 0x0a;

    private long requests;
    private String others = "";

    @Override
    public void read(HeadStream in, Intake intake) throws IOException {
        try {
            if (CollectorFrames.starts(in)) {
                collector(new CollectorFrames(in, MAX_REQUEST_BYTES), intake);
            } else {
                delimited(new OtlpFrames(in, MAX_REQUEST_BYTES), intake);
            }
        } catch (FormatException refused) {
            throw new InputException(refused.reason().name(), String.valueOf(refused.getMessage()));
        }
        if (!others.isEmpty() && intake.fileSpans() == 0 && intake.fileRefused() == 0) {
            throw new InputException(InputException.FOREIGN, "this is " + others + "; only spans are stored");
        }
    }

    private void delimited(OtlpFrames frames, Intake intake) throws IOException {
        while (frames.next()) {
            requireOtlp(frames);
            request(frames.bytes(), frames.offset(), frames.length(), intake);
        }
    }

    private void collector(CollectorFrames frames, Intake intake) throws IOException {
        OtlpJsonReader json = new OtlpJsonReader();
        for (byte[] request = frames.next(); request != null; request = frames.next()) {
            if (request.length > 0 && request[0] == '{') {
                json.records(new ByteArrayInputStream(request), intake);
            } else {
                request(request, 0, request.length, intake);
            }
        }
        json.requireOurs(intake);
    }

    private void request(byte[] bytes, int offset, int length, Intake intake) {
        requests++;
        switch (OtlpSignal.of(bytes, offset, length)) {
            case LOGS -> pass("logs of OpenTelemetry", intake);
            case METRICS -> pass("metrics of OpenTelemetry", intake);
            case WRAPPED_SPANS -> unwrap(bytes, offset, length, intake);
            default -> intake.appendOtlp(bytes, offset, length);
        }
    }

    private void pass(String signal, Intake intake) {
        others = others.isEmpty() ? signal : others;
        intake.unknownField(signal, "request " + requests);
    }

    private static void unwrap(byte[] bytes, int offset, int length, Intake intake) {
        ProtoInput in = new ProtoInput().wrap(bytes, offset);
        int end = offset + length;
        while (in.position() < end) {
            int tag = in.tag(end);
            if (tag == RESOURCE_SPANS_TAG) {
                int inner = in.length(end);
                intake.appendOtlp(bytes, in.position(), inner);
                in.position(in.position() + inner);
            } else {
                in.skip(tag, end);
            }
        }
    }

    /** Refuses files of another kind before their bytes are taken for a damaged request. */
    private static void requireOtlp(OtlpFrames requests) {
        int first = requests.bytes()[requests.offset()] & 0xff;
        int second = requests.length() > 1 ? requests.bytes()[requests.offset() + 1] & 0xff : 0;
        if (requests.delimited() || first == RESOURCE_SPANS_TAG) {
            return;
        }
        String hint = first == '{' || first == '[' ? "; it looks like JSON, leave out --format" : "";
        throw new InputException(
                InputException.FOREIGN,
                "this is no binary OTLP: it starts with the bytes %02x %02x, a request starts with 0a%s"
                        .formatted(first, second, hint));
    }
}
