package io.offspan.codec.model;

/** A key and its value. */
public record Attribute(String key, Value value) {
    @Override
    public String toString() {
        return key + "=" + value;
    }
}
