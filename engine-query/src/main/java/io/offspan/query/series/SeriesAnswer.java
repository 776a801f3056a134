package io.offspan.query.series;

import io.offspan.query.ast.MetricsQuery;
import io.offspan.query.scan.ScanOutcome;
import java.util.List;

/**
 * The series that answer a question, sorted by how many labels they have, then label by label.
 *
 * @param steps the intervals, to the ends of which the range was widened
 * @param series none where the outcome says that the question ended early
 * @param outcome what it took, walk by walk, and what could not be read
 */
public record SeriesAnswer(MetricsQuery query, Steps steps, List<Series> series, ScanOutcome outcome) {}
