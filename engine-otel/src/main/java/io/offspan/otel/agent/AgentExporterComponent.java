package io.offspan.otel.agent;

/** The span exporter of a configuration file inside the Java agent. */
public final class AgentExporterComponent extends AgentComponent {
    /** Called by the agent's service loader. */
    public AgentExporterComponent() {
        super("io.offspan.otel.OffspanExporterComponent");
    }
}
