package io.offspan.bench.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bars side by side, as the script of the page takes them.
 *
 * @param group the part of the page that it belongs to
 * @param title what is shown
 * @param says how it is to be read
 * @param logarithmic whether a step is a factor
 * @param labels who is shown
 * @param own which of them are Offspan
 * @param wrong which of them answered wrongly
 * @param series the bars: one for each label, null where there is none
 */
record Chart(
        String group,
        String title,
        String says,
        String unit,
        boolean logarithmic,
        List<String> labels,
        List<Boolean> own,
        List<Boolean> wrong,
        List<Series> series) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bars of one kind. */
    record Series(String name, List<@Nullable Double> values) {}

    /** Returns charts as JSON that may stand in a script element. */
    static String json(List<Chart> charts) throws JsonProcessingException {
        return JSON.writeValueAsString(charts).replace("<", "\\u003c").replace(">", "\\u003e");
    }
}
