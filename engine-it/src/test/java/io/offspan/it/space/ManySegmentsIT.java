package io.offspan.it.space;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.testkit.gate.ChildJvm;
import io.offspan.testkit.gate.Gate;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gate descriptors: a log of many segments is written and read by a process that may open 256 files. */
class ManySegmentsIT {
    private static final int SEGMENTS = Gate.size(300, 2_000);
    private static final int OPEN_FILES = 256;
    private static final Pattern LOOKED =
            Pattern.compile("spans=(\\d+) other=(\\d+) segments=(\\d+) damaged=0 descriptors=(\\d+) failure=null");

    @TempDir
    Path scratch;

    @Test
    void manySegmentsNeedFewDescriptors() {
        Path directory = scratch.resolve("store");
        run(ChildJvm.of(SpaceHost.class).scratch(scratch).arguments(SpaceHost.MAKE, directory, SEGMENTS));
        String said = run(ChildJvm.of(SpaceHost.class)
                .prefix("/bin/sh", "-c", "ulimit -n " + OPEN_FILES + "; exec \"$@\"", "sh")
                .scratch(scratch)
                .arguments(SpaceHost.LOOK, directory));
        Matcher looked = LOOKED.matcher(said);
        assertThat(looked.find()).as(said).isTrue();
        long spans = Long.parseLong(looked.group(1));
        long segments = Long.parseLong(looked.group(3));
        boolean all = spans == SEGMENTS + 1L && looked.group(2).equals(looked.group(1)) && segments >= SEGMENTS - 1L;
        new Gate("descriptors", 0)
                .put("segments", segments)
                .put("open_files", OPEN_FILES)
                .put("descriptors", looked.group(4))
                .put("spans", spans)
                .report(all);
        assertThat(all).as(said).isTrue();
    }

    private static String run(ChildJvm.Builder builder) {
        try (ChildJvm child = builder.start()) {
            assertThat(child.await(120)).as(child.report()).isZero();
            return child.output();
        }
    }
}
