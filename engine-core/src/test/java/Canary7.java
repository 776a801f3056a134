/** A class that a forged file could name; in the default package because the name it replaces is that short. */
public final class Canary7 {
    private static final boolean SANG = sing();

    private Canary7() {}

    private static boolean sing() {
        System.out.println("Canary7 sings");
        return true;
    }

    public static boolean sang() {
        return SANG;
    }
}
