/**
 * The workload that every figure is stated for: spans of forty services calling each other, the same on every machine. Knows the
 * codec's draft and envelope and the OTLP message classes, nothing else.
 */
@NullMarked
package io.offspan.bench.w1;

import org.jspecify.annotations.NullMarked;
