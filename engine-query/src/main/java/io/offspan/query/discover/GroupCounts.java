package io.offspan.query.discover;

import io.offspan.query.ast.Field;
import io.offspan.query.scan.ScanOutcome;
import java.util.List;

/**
 * The spans of an answer counted in groups: all spans that have the same values, of the same types, for some fields. Every span is in one
 * group; one that lacks a field is in one with others that lack it. Of several events or links the first that has the field counts.
 *
 * @param fields what the spans are grouped by
 * @param groups the largest groups, as {@link GroupCount} sorts them
 * @param spans how many spans there are in all groups
 * @param groupsBeyond how many more groups there are, beyond the limit of the query
 * @param spansBeyond how many spans are in those
 * @param outcome what it took, and what could not be read
 */
public record GroupCounts(
        List<Field> fields,
        List<GroupCount> groups,
        long spans,
        long groupsBeyond,
        long spansBeyond,
        ScanOutcome outcome) {}
