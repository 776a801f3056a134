/** A class that a forged file names and that nobody may load. */
public final class SongOfABirdy {
    static {
        System.setProperty("offspan.canary", "SongOfABirdy");
    }

    private SongOfABirdy() {}
}
