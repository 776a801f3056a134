package io.offspan.codec.model;

/** Something that happened during a span; the time is nanoseconds since the epoch, unsigned. */
public record Event(long timeNanos, String name, Attributes attributes, int droppedAttributes) {}
