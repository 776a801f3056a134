package io.offspan.cli.input;

import io.offspan.codec.FormatException;
import io.offspan.codec.otlp.OtlpFrames;
import java.io.IOException;
import java.io.InputStream;

/** Reads binary OTLP: one request, or many, each behind its length. */
final class OtlpFileReader implements SpanReader {
    private static final int MAX_REQUEST_BYTES = 256 << 20;
    /** The first byte of every request that is not empty: field 1, length-delimited. */
    private static final int RESOURCE_SPANS_TAG = 0x0a;

    @Override
    public void read(InputStream in, Intake intake) throws IOException {
        OtlpFrames requests = new OtlpFrames(in, MAX_REQUEST_BYTES);
        try {
            while (requests.next()) {
                requireOtlp(requests);
                intake.appendOtlp(requests.bytes(), requests.offset(), requests.length());
            }
        } catch (FormatException refused) {
            throw new InputException(refused.reason().name(), String.valueOf(refused.getMessage()));
        }
    }

    /** Refuses files of another kind before their bytes are taken for a damaged request. */
    private static void requireOtlp(OtlpFrames requests) {
        int first = requests.bytes()[requests.offset()] & 0xff;
        int second = requests.length() > 1 ? requests.bytes()[requests.offset() + 1] & 0xff : 0;
        if (requests.delimited() || first == RESOURCE_SPANS_TAG) {
            return;
        }
        String hint = first == '{' || first == '[' ? "; it looks like JSON, see --format" : "";
        throw new InputException(
                InputException.FOREIGN,
                "this is no binary OTLP: it starts with the bytes %02x %02x, a request starts with 0a%s"
                        .formatted(first, second, hint));
    }
}
