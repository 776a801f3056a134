package io.offspan.bench.page;

/** Text as it may stand in HTML. */
final class Html {
    private Html() {}

    /** Returns text that is neither a tag nor the end of an attribute. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** Returns an element of a class with escaped text in it. */
    static String element(String name, String style, String text) {
        return "<" + name + (style.isEmpty() ? "" : " class=\"" + style + "\"") + ">" + escape(text) + "</" + name
                + ">";
    }

    /** Returns what identifies a part of the page. */
    static String anchor(String text) {
        return text.replaceAll("\\W+", "-");
    }
}
