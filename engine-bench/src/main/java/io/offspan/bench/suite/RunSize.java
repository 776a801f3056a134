package io.offspan.bench.suite;

import java.nio.file.Path;

/**
 * How much is measured.
 *
 * @param mode how thorough it is meant to be
 * @param seed of the workload
 * @param spans of the workload
 * @param rounds how often each subject is measured
 * @param scratch an empty directory on the disk that is to be measured
 */
public record RunSize(Mode mode, long seed, long spans, int rounds, Path scratch) {
    /** How thorough a run is. */
    public enum Mode {
        /** Well under a minute. */
        QUICK(200_000, 5, 128, 2),
        /** A few minutes. */
        DEFAULT(1_000_000, 9, 512, 10),
        /** As long as published figures need. */
        FULL(1_000_000, 21, 1024, 60);

        private final long spans;
        private final int rounds;
        private final int blocks;
        private final int openLoopSeconds;

        Mode(long spans, int rounds, int blocks, int openLoopSeconds) {
            this.spans = spans;
            this.rounds = rounds;
            this.blocks = blocks;
            this.openLoopSeconds = openLoopSeconds;
        }

        /** Returns the spans of the workload unless the command line says otherwise. */
        public long spans() {
            return spans;
        }

        /** Returns the rounds unless the command line says otherwise. */
        public int rounds() {
            return rounds;
        }

        /** Returns how many blocks of 512 spans a round of the codec handles. */
        public int blocks() {
            return blocks;
        }

        /** Returns how long latencies are measured at a fixed rate. */
        public int openLoopSeconds() {
            return openLoopSeconds;
        }
    }
}
