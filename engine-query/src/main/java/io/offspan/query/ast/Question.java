package io.offspan.query.ast;

/** What a text of TraceQL asks for: spans, by a {@link Pipeline}, or numbers over time, by a {@link MetricsQuery}. */
public sealed interface Question permits Pipeline, MetricsQuery {}
