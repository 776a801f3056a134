/**
 * The exporter in a process of its own against a receiver that misbehaves and keeps the ledger. Knows {@code io.offspan.it.gate}.
 */
package io.offspan.it.export;
