package io.offspan.export.send;

import java.net.URI;
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

    /** Returns the one on the class path, or null. */
    static @Nullable GrpcChannels find() {
        return ServiceLoader.load(GrpcChannels.class, GrpcChannels.class.getClassLoader())
                .findFirst()
                .orElse(null);
    }
}
