package io.offspan.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.offspan.query.ast.Pipeline;
import io.offspan.query.traceql.TraceQl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What questions find in the small files under {@code traceql/cases}, by the engine and by the model: {@code cases.txt}. */
class CaseFilesTest {
    private static final int LEAST_CASES = 10;
    private static final Pattern LINE = Pattern.compile("(\\S+\\.json) (.*?)\\s*==>\\s*(.*)");

    @TestFactory
    Stream<DynamicTest> everyQuestionFindsItsSpansInItsFile() throws IOException {
        List<String> lines = lines();
        assertThat(lines).hasSizeGreaterThanOrEqualTo(LEAST_CASES).doesNotHaveDuplicates();
        return lines.stream().map(line -> DynamicTest.dynamicTest(line, () -> check(line)));
    }

    private static List<String> lines() throws IOException {
        try (InputStream file = CaseFilesTest.class.getResourceAsStream("/traceql/cases.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static void check(String line) throws IOException {
        Matcher parts = LINE.matcher(line);
        assertThat(parts.matches()).as(line).isTrue();
        var request = OtlpJsonFile.read(parts.group(1));
        Pipeline pipeline = TraceQl.parse(parts.group(2));
        List<String> expected = parts.group(3).isEmpty()
                ? List.of()
                : Arrays.asList(parts.group(3).split(", "));
        assertThat(found(TestBlocks.of(List.of(request), 2), pipeline)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(new NaiveTraces(ModelSpan.of(List.of(request)))
                        .answer(pipeline).stream()
                                .flatMap(Collection::stream)
                                .map(model -> model.span().getName()))
                .as("by the model")
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static List<String> found(TestBlocks blocks, Pipeline pipeline) {
        List<String> names = new ArrayList<>();
        try (SpanCursor answer =
                new QueryEngine(blocks::leaves).find(Query.of(pipeline).limit(100))) {
            while (answer.next()) {
                names.add(answer.view().name());
            }
        }
        return names;
    }
}
