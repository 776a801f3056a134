package io.offspan.otel.agent;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/**
 * Opens to the engine, inside the Java agent, what a service without an agent opens by flags: the agent holds the instrumentation of
 * its JVM, which may do that.
 */
final class AgentModules {
    private static final String HOLDER = "io.opentelemetry.javaagent.bootstrap.InstrumentationHolder";

    private AgentModules() {}

    /** Opens to a module what the engine needs; where the agent gives nothing away, the engine asks for flags. */
    static void openTo(Module engine) {
        try {
            // On the boot class path, where the agent puts what it shares with its JVM.
            Object held = Class.forName(HOLDER, true, null)
                    .getMethod("getInstrumentation")
                    .invoke(null);
            if (held instanceof Instrumentation instrumentation) {
                Map<String, Set<Module>> opens =
                        Map.of("sun.nio.ch", Set.of(engine), "java.lang.reflect", Set.of(engine));
                instrumentation.redefineModule(Object.class.getModule(), Set.of(), Map.of(), opens, Set.of(), Map.of());
            }
        } catch (ReflectiveOperationException | RuntimeException anotherAgent) {
            // The engine says which flags it misses.
        }
    }
}
