package io.offspan.codec.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtoOutputTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 2047, 2048, (1 << 29) - 1})
    void aFieldOfAnyNumberIsWrittenWithItsWholeTag(int field) throws InvalidProtocolBufferException {
        ProtoOutput out = new ProtoOutput(0);
        out.text(field, "text");
        int nested = out.open(field);
        out.bytes(field, new byte[200]);
        out.close(nested);
        out.varint(field, 7);
        UnknownFieldSet.Field found =
                UnknownFieldSet.parseFrom(out.toByteArray()).getField(field);
        assertThat(found.getVarintList()).containsExactly(7L);
        assertThat(found.getLengthDelimitedList().get(0)).isEqualTo(ByteString.copyFromUtf8("text"));
        ByteString inner = found.getLengthDelimitedList().get(1);
        assertThat(UnknownFieldSet.parseFrom(inner).getField(field).getLengthDelimitedList())
                .containsExactly(ByteString.copyFrom(new byte[200]));
    }
}
