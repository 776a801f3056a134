package io.offspan.otel.agent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Loads the integration, the engine and its libraries out of the jar of the extension.
 *
 * <p>The agent loads an extension through a {@code URLClassLoader} whose addresses have a protocol of the agent's own. The library
 * of the queue takes the addresses of such a loader for files and fails, so that it is given one that has none. What it reads is
 * what the agent's loader gives: with the names of the API changed to those inside the agent.
 *
 * <p><b>Threads.</b> Any.
 */
final class EngineLoader extends ClassLoader {
    private static final String[] OWN = {
        "io.offspan.",
        "net.openhft.",
        "software.chronicle.",
        "org.agrona.",
        "org.slf4j.",
        "jnr.",
        "com.kenai.",
        "org.objectweb."
    };
    private static @Nullable EngineLoader shared;

    static {
        registerAsParallelCapable();
    }

    private EngineLoader(@Nullable ClassLoader extension) {
        super(extension);
    }

    /** Makes an object of a class of the integration. */
    static <T> T make(Class<T> type, String name) {
        try {
            return type.cast(shared().loadClass(name).getConstructor().newInstance());
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name + " cannot be made", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("The extension's jar is not complete: " + name, e);
        }
    }

    private static synchronized EngineLoader shared() {
        EngineLoader loader = shared;
        if (loader == null) {
            loader = new EngineLoader(EngineLoader.class.getClassLoader());
            AgentModules.openTo(loader.getUnnamedModule());
            shared = loader;
        }
        return loader;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!own(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            Class<?> loaded = known == null ? define(name) : known;
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private static boolean own(String name) {
        for (String prefix : OWN) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = file.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, EngineLoader.class.getProtectionDomain());
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }
}
