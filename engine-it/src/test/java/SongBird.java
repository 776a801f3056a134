/** A class that a forged file names and that nobody may load. */
public final class SongBird {
    static {
        System.setProperty("offspan.canary", "SongBird");
    }

    private SongBird() {}
}
