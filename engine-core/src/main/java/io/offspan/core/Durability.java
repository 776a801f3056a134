package io.offspan.core;

/** Which failure an acknowledged span survives. */
public enum Durability {
    /** A kill or crash of the process; a power loss may cost everything that the kernel had not written. */
    PROCESS,
    /** In addition a power loss, except for spans acknowledged within the last {@link StoreConfig#syncInterval()}; the default. */
    INTERVAL
}
