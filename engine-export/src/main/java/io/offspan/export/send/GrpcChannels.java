package io.offspan.export.send;

import java.net.URI;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Opens channels of gRPC; a service of the JDK's loader, which {@code engine-export-grpc} provides. */
public interface GrpcChannels {
    /**
     * Opens a channel, which connects when it is first used.
     *
     * @param address scheme, host and port, and the path of the method
     * @param tls whom to trust and who we are, or null for what the JDK does; nothing for an address without TLS
     */
    GrpcChannel open(URI address, @Nullable SSLContext tls);

    /**
     * Returns the one on the class path, or null.
     *
     * @throws DestinationException when there is one that does not load
     */
    static @Nullable GrpcChannels find() {
        try {
            return ServiceLoader.load(GrpcChannels.class, GrpcChannels.class.getClassLoader())
                    .findFirst()
                    .orElse(null);
        } catch (ServiceConfigurationError | LinkageError unusable) {
            throw doesNotLoad(unusable);
        }
    }

    /** Returns what to say of a module whose classes do not load. */
    static DestinationException doesNotLoad(Error cause) {
        return new DestinationException(
                "The module io.offspan:engine-export-grpc does not load (" + cause
                        + "); it needs org.eclipse.jetty.http2:jetty-http2-client and"
                        + " org.eclipse.jetty:jetty-alpn-java-client of Jetty 12.1 on the class path, all of one version",
                cause);
    }
}
