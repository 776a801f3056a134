package io.offspan.core.slab;

import io.offspan.core.files.BootId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Which process this is, so that another one can tell later whether it still lives: its number, when it started, and where that number
 * counts.
 *
 * <p>A number alone is used again, and in a container it is mostly 1: the start, in clock ticks since the kernel's boot, tells two
 * processes of one number apart, the boot id two boots, the namespace two containers.
 *
 * @param pid the number
 * @param startTicks when it started, 0 where the system does not tell
 * @param boot the boot of the kernel
 * @param namespace the inode of its namespace of processes, 0 where the system does not tell
 */
record LiveProcess(long pid, long startTicks, UUID boot, long namespace) {
    private static final Path PROC = Path.of("/proc");
    /** The state is the third field of a line of {@code /proc/<pid>/stat}, the start the 22nd. */
    private static final int START_BEHIND_STATE = 19;

    /** Whether a process lives, as far as this one can see. */
    enum Life {
        ALIVE,
        DEAD,
        /** It counts its processes apart, so that nothing here says. */
        OUT_OF_SIGHT
    }

    /** Returns this process. */
    static LiveProcess self() {
        long pid = ProcessHandle.current().pid();
        return new LiveProcess(pid, Math.max(0, startTicks(pid)), BootId.current(), selfNamespace());
    }

    /** Looks whether it lives. A killed process that its parent has not asked for yet does not. */
    Life life() {
        LiveProcess here = self();
        if (!boot.equals(here.boot)) {
            return Life.DEAD;
        }
        if (namespace != here.namespace) {
            return Life.OUT_OF_SIGHT;
        }
        if (startTicks == 0) {
            return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) ? Life.ALIVE : Life.DEAD;
        }
        return startTicks(pid) == startTicks ? Life.ALIVE : Life.DEAD;
    }

    boolean isSelf() {
        return equals(self());
    }

    /** Returns when a process started, -1 when there is none or it is dead. */
    private static long startTicks(long pid) {
        try {
            String line = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            // The name of the program stands in parentheses and may hold anything.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            boolean dead = fields[0].equals("Z") || fields[0].equals("X");
            return dead ? -1 : Long.parseLong(fields[START_BEHIND_STATE]);
        } catch (IOException | RuntimeException unknown) {
            return -1;
        }
    }

    private static long selfNamespace() {
        try {
            String name = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
            return Long.parseLong(name.replaceAll("[^0-9]", ""));
        } catch (IOException | RuntimeException unknown) {
            return 0;
        }
    }
}
