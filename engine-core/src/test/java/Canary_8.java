/** A class that a forged file could name; in the default package because the name it replaces is that short. */
public final class Canary_8 {
    private static final boolean SANG = sing();

    private Canary_8() {}

    private static boolean sing() {
        System.out.println("Canary_8 sings");
        return true;
    }

    public static boolean sang() {
        return SANG;
    }
}
