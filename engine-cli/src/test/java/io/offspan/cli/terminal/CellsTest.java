package io.offspan.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellsTest {
    private static final String FAMILY = "👩\u200d👩\u200d👧";

    @ParameterizedTest
    @CsvSource({"abc,3", "日本,4", "ｱｲｳ,3", "ＡＢ,4", "😀,2", "é,1", "…,1", "한글,4", "🚀🚀,4", "'',0"})
    void countsColumns(String text, int columns) {
        assertThat(Cells.width(text)).isEqualTo(columns);
    }

    @Test
    void countsNothingForWhatCombines() {
        assertThat(Cells.width("e\u0301\u0323")).isEqualTo(1);
        assertThat(Cells.width("क\u094dष")).isLessThanOrEqualTo(2);
    }

    @Test
    void cutsBetweenCharactersAndMarksIt() {
        assertThat(Cells.cut("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Cells.cut("abcdef", 5)).isEqualTo("abcd…");
        assertThat(Cells.cut("日本語", 5)).isEqualTo("日本…");
        assertThat(Cells.cut("日本語", 4)).isEqualTo("日…");
        assertThat(Cells.cut("😀😀😀", 4)).isEqualTo("😀…");
        assertThat(Cells.cut("ae\u0301b", 2)).isEqualTo("a…");
        assertThat(Cells.cut("e\u0301bc", 2)).isEqualTo("e\u0301…");
        assertThat(Cells.cut(FAMILY + FAMILY, 7)).as("a family stays together").isEqualTo(FAMILY + "…");
        assertThat(Cells.cut("abc", 1)).isEqualTo("…");
        assertThat(Cells.cut("abc", 0)).isEmpty();
        assertThat(Cells.begin("abcdef", 3)).isEqualTo("abc");
        assertThat(Cells.cut("x".repeat(900_000), 20)).isEqualTo("x".repeat(19) + "…");
    }

    @Test
    void fillsToAWidth() {
        assertThat(Cells.pad("日", 5)).isEqualTo("日   ");
        assertThat(Cells.pad("日本語", 4)).as("a wide character does not fit").isEqualTo("日… ");
        assertThat(Cells.pad("abc", 3)).isEqualTo("abc");
    }

    @Test
    void wrapsWordsAndBreaksWhatIsTooLong() {
        assertThat(Cells.wrap("one two three", 7)).containsExactly("one two", "three");
        assertThat(Cells.wrap("日本語日本語", 5)).containsExactly("日本", "語日", "本語");
        assertThat(Cells.wrap("a verylongword b", 5)).containsExactly("a", "veryl", "ongwo", "rd b");
        assertThat(Cells.wrap("", 5)).isEmpty();
        assertThat(Cells.wrap("日", 1)).containsExactly("日");
    }

    @Test
    void foldsAtTheWidthAndKeepsBlanks() {
        assertThat(Cells.fold("  at x.Y", 5)).containsExactly("  at ", "x.Y");
        assertThat(Cells.fold("日本語", 5)).containsExactly("日本", "語");
        assertThat(Cells.fold("日本", 1)).as("a character a line at least").containsExactly("日", "本");
        assertThat(Cells.fold("", 5)).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource({
        "plain text,plain text",
        "'tab\tand\nline','tab and line'",
        "'esc\u001b[31m','esc [31m'",
        "'c1\u009b','c1 '",
        "'turn\u202eed','turn\ufffded'",
        "'turn\u2066ed\u2069','turn\ufffded\ufffd'",
        "'ze\u200bro','ze\ufffdro'",
        "'jo\u200din','jo\ufffdin'",
        "'soft\u00adhyphen','soft\ufffdhyphen'",
        "'mark\ufeff','mark\ufffd'",
        "'sep\u2028arated','sep arated'",
        "'fill\u3164ed','fill\ufffded'",
        "'half\ud83d','half\ufffd'",
        "'ок 日本 😀','ок 日本 😀'"
    })
    void showsNothingThatMovesTheCursorOrHides(String text, String shown) {
        assertThat(Cells.printable(text)).isEqualTo(shown);
    }

    @Test
    void keepsTheJoinersOfEmojiAndOfScripts() {
        assertThat(Cells.printable(FAMILY)).isEqualTo(FAMILY);
        assertThat(Cells.printable("می\u200cخواهم")).isEqualTo("می\u200cخواهم");
    }
}
