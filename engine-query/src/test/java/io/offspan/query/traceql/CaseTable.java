package io.offspan.query.traceql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cases of TraceQL in a text file, one to a line: the query, an arrow, and what is to come of it. */
record CaseTable(List<Case> cases) {
    /** One line; without an arrow, nothing is expected in particular. */
    record Case(int line, String section, String query, String expected) {
        @Override
        public String toString() {
            return section + ", line " + line + ": " + query;
        }
    }

    static CaseTable read(String name) {
        try (InputStream file = CaseTable.class.getResourceAsStream("/traceql/" + name)) {
            String[] lines = new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            List<Case> cases = new ArrayList<>();
            String section = "";
            for (int i = 0; i < lines.length; i++) {
                if (lines[i].startsWith("## ")) {
                    section = lines[i].substring(3);
                } else if (!lines[i].isBlank() && !lines[i].startsWith("# ")) {
                    String[] parts = lines[i].split("\\s+-->\\s+", 2);
                    String query = parts[0].replace('⏎', '\n');
                    cases.add(new Case(i + 1, section, query, parts.length == 2 ? parts[1].strip() : ""));
                }
            }
            return new CaseTable(cases);
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }
}
