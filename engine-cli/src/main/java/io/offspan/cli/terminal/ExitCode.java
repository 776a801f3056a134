package io.offspan.cli.terminal;

/** What the command says with its exit status. */
public final class ExitCode {
    /** The command did what it was asked. */
    public static final int DONE = 0;
    /** The answer is no: nothing found, damage found, input refused. */
    public static final int NO = 1;
    /** The command line is wrong, or names a file that is not there. */
    public static final int USAGE = 2;
    /** The store cannot be used. */
    public static final int UNUSABLE = 3;

    private ExitCode() {}
}
