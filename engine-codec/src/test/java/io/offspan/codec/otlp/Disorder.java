package io.offspan.codec.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Rewrites a request with the fields of each message in another order, those of one number in theirs. */
final class Disorder {
    /** Which fields of the messages on the way to events and links are messages to be rewritten too. */
    private static final Map<Integer, Node> REQUEST = Map.of(
            1, new Node(Map.of(2, new Node(Map.of(2, new Node(Map.of(11, Node.LEAF, 13, Node.LEAF, 15, Node.LEAF)))))));

    private record Node(Map<Integer, Node> inner) {
        static final Node LEAF = new Node(Map.of());
    }

    private final Random random;

    Disorder(long seed) {
        random = new Random(seed);
    }

    byte[] shuffle(byte[] request) {
        try {
            return shuffle(request, REQUEST);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] shuffle(byte[] message, Map<Integer, Node> inner) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        TreeMap<Integer, List<byte[]>> fields = new TreeMap<>();
        List<Integer> order = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int number = WireFormat.getTagFieldNumber(tag);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            if (inner.containsKey(number)) {
                out.writeByteArray(
                        number, shuffle(in.readByteArray(), inner.get(number).inner()));
            } else {
                in.skipField(tag, out);
            }
            out.flush();
            fields.computeIfAbsent(number, n -> new ArrayList<>()).add(bytes.toByteArray());
            order.add(number);
        }
        Collections.shuffle(order, random);
        ByteArrayOutputStream shuffled = new ByteArrayOutputStream();
        for (int number : order) {
            shuffled.write(fields.get(number).remove(0));
        }
        return shuffled.toByteArray();
    }
}
