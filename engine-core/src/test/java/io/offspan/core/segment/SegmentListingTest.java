package io.offspan.core.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentListingTest {
    @TempDir
    Path temporary;

    private static void age(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.fromMillis(System.currentTimeMillis() - 10_000));
    }

    @Test
    void aDirectoryThatWasGoneAndIsBackAsItWasIsListedAgain() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("segments"));
        Files.createFile(directory.resolve(SegmentName.of(1)));
        age(directory);
        SegmentListing listing = new SegmentListing(directory);
        assertThat(listing.changed()).containsOnlyKeys(1);
        assertThat(listing.changed()).isNull();
        Path away = temporary.resolve("away");
        Files.move(directory, away);
        assertThat(listing.changed()).isEmpty();
        Files.move(away, directory);
        assertThat(listing.changed()).containsOnlyKeys(1);
    }

    @Test
    void whatCouldNotBeListedIsListedTheNextTime() throws IOException {
        Path directory = Files.createFile(temporary.resolve("segments"));
        age(directory);
        SegmentListing listing = new SegmentListing(directory);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(listing::changed)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be listed");
        }
    }
}
