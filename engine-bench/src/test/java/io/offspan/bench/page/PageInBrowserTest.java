package io.offspan.bench.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens the page in a browser without a screen, as wide as a phone. */
class PageInBrowserTest {
    private static final Pattern DATA = Pattern.compile("data-([a-z]+)=\"([^\"]*)\"");
    private static final long MOST_SECONDS = 60;
    private static final int LEAST_PICTURE_BYTES = 5_000;

    @TempDir
    Path scratch;

    private static Optional<Path> browser() {
        String[] folders = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream(folders).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @ParameterizedTest
    @CsvSource({"light, 1", "dark, 0"})
    void everyChartIsDrawnWithoutAnErrorOrARequest(String scheme, int preferred) throws Exception {
        Optional<Path> browser = browser();
        if (browser.isEmpty()) {
            System.out.println("NOT RUN page in a browser: no chromium on the PATH");
        }
        Assumptions.assumeTrue(browser.isPresent(), "no chromium on the PATH");
        Path page = Files.writeString(scratch.resolve("page.html"), Page.of(PageTest.report()));
        Path picture = scratch.resolve("page.png");
        Path said = scratch.resolve("said");
        String document = open(browser.get(), page, picture, said, "preferredColorScheme=" + preferred);
        List<String> found = data(document);
        assertThat(found)
                .as(Files.readString(said))
                .contains("errors=0", "charts=5 of 5", "requests=0", "overflow=0", "scheme=" + scheme);
        assertThat(Files.readString(said)).doesNotContain("CONSOLE");
        assertThat(Files.size(picture)).isGreaterThan(LEAST_PICTURE_BYTES);
    }

    private String open(Path browser, Path page, Path picture, Path said, String settings)
            throws IOException, InterruptedException {
        Path written = scratch.resolve("document");
        Process process = new ProcessBuilder(
                        browser.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--enable-logging=stderr",
                        "--user-data-dir=" + scratch.resolve("profile"),
                        "--blink-settings=" + settings,
                        "--window-size=390,3000",
                        "--hide-scrollbars",
                        "--virtual-time-budget=2000",
                        "--screenshot=" + picture,
                        "--dump-dom",
                        page.toUri().toString())
                .redirectOutput(written.toFile())
                .redirectError(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS))
                    .as("the browser ends within %s s", MOST_SECONDS)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(written, StandardCharsets.UTF_8);
    }

    /** Returns what the page says of itself: the attributes of its first element. */
    private static List<String> data(String document) {
        String first = document.substring(0, Math.max(0, document.indexOf("<head>")));
        List<String> found = new ArrayList<>();
        for (Matcher data = DATA.matcher(first); data.find(); ) {
            found.add(data.group(1) + "=" + data.group(2));
        }
        return found;
    }
}
