package io.offspan.core;

import io.offspan.core.ingest.SlabFile;
import io.offspan.core.segment.Damage;
import io.offspan.core.segment.SegmentCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Checks a whole log, block by block and span by span, and the header of the slab file, without writing anything; the store may be in use.
 *
 * <p><b>Threads.</b> One.
 */
public final class StoreVerifier {
    private final Path logDirectory;
    private final Consumer<Damage> findings;

    /**
     * What was checked.
     *
     * @param segments how many files
     * @param blocks how many blocks
     * @param spans how many intact spans
     * @param bytes how many bytes of blocks
     * @param findings how many damaged places; 0 is a sound log
     */
    public record Result(long segments, long blocks, long spans, long bytes, long findings) {
        /** Tells whether nothing was found. */
        public boolean sound() {
            return findings == 0;
        }
    }

    StoreVerifier(Path logDirectory, Consumer<Damage> findings) {
        this.logDirectory = logDirectory;
        this.findings = findings;
    }

    Result run() throws IOException {
        SegmentCheck.Totals totals = SegmentCheck.check(logDirectory, findings);
        long found = totals.findings();
        if (SlabFile.isDamaged(logDirectory.resolveSibling("slabs"))) {
            found++;
            findings.accept(new Damage(
                    Damage.SLABS,
                    0,
                    SlabFile.HEADER_BYTES,
                    "the header does not match its checksum or the file its length; spans that are not in the log yet"
                            + " cannot be read"));
        }
        return new Result(totals.segments(), totals.blocks(), totals.spans(), totals.bytes(), found);
    }
}
