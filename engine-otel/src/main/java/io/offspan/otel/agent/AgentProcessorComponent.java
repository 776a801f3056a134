package io.offspan.otel.agent;

/** The span processor of a configuration file inside the Java agent. */
public final class AgentProcessorComponent extends AgentComponent {
    /** Called by the agent's service loader. */
    public AgentProcessorComponent() {
        super("io.offspan.otel.OffspanProcessorComponent");
    }
}
