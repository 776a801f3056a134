/** A class that a forged file names and that nobody may load. */
public final class SongOfC {
    static {
        System.setProperty("offspan.canary", "SongOfC");
    }

    private SongOfC() {}
}
