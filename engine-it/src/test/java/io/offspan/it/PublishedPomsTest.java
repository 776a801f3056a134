package io.offspan.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is published can be depended on: the list of versions names each library, and both lists are of one version. */
class PublishedPomsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern MODULE = Pattern.compile("<module>(engine-[a-z-]+)</module>");
    private static final Pattern MANAGED = Pattern.compile("<artifactId>(engine-[a-z-]+)</artifactId>");
    private static final Pattern VERSION =
            Pattern.compile("-(?:parent|bom)</artifactId>\\s*<version>([^<]+)</version>");

    private static String pom(String directory) throws IOException {
        return Files.readString(ROOT.resolve(directory).resolve("pom.xml"));
    }

    private static TreeSet<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void theListOfVersionsNamesEachLibraryThatIsPublished() throws IOException {
        TreeSet<String> published = new TreeSet<>();
        for (String module : all(MODULE, pom("."))) {
            if (!pom(module).contains("<maven.deploy.skip>true")) {
                published.add(module);
            }
        }
        assertThat(all(MANAGED, pom("offspan-bom"))).isEqualTo(published).contains("engine-core", "engine-query");
    }

    @Test
    void theListOfVersionsIsOfTheVersionOfTheBuild() throws IOException {
        assertThat(all(VERSION, pom("offspan-bom"))).hasSize(1).isEqualTo(all(VERSION, pom("engine-core")));
    }
}
