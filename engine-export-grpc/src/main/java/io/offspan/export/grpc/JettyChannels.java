package io.offspan.export.grpc;

import io.offspan.export.send.GrpcChannel;
import io.offspan.export.send.GrpcChannels;
import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Opens channels over Jetty's HTTP/2 client; found by the JDK's loader of services. */
public final class JettyChannels implements GrpcChannels {
    @Override
    public GrpcChannel open(URI address, @Nullable SSLContext tls) {
        return new JettyChannel(address, tls, System::nanoTime);
    }
}
