package io.offspan.export.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the TCP connections to one receiver: straight, or through the HTTP proxy that the JVM's {@link ProxySelector} names for it, which
 * is asked by CONNECT to pass on what follows.
 *
 * <p><b>Threads.</b> {@link #dial} one; {@link #close} any.
 */
final class Dialer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dialer.class);
    private static final int MAX_ANSWER_BYTES = 16 * 1024;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})\\b.*", Pattern.DOTALL);

    private final URI address;
    private final int port;
    private volatile @Nullable SocketChannel dialing;
    private volatile boolean closed;

    Dialer(URI address) {
        this.address = address;
        boolean secure = "https".equalsIgnoreCase(address.getScheme());
        port = address.getPort() >= 0 ? address.getPort() : secure ? HTTPS : HTTP;
    }

    /** Returns the name or number of the receiver's machine, without brackets. */
    String host() {
        String host = address.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return port;
    }

    /**
     * Makes a connection, which does not block.
     *
     * @param deadline when it has to be made, by {@link System#nanoTime}
     */
    SocketChannel dial(long deadline) throws IOException, TimeoutException, InterruptedException {
        InetSocketAddress proxy = proxy();
        InetSocketAddress next = proxy == null ? new InetSocketAddress(host(), port) : proxy;
        SocketChannel channel = SocketChannel.open();
        dialing = channel;
        try {
            if (closed) {
                throw new IOException("The channel was closed");
            }
            if (next.isUnresolved()) {
                throw new UnknownHostException(next.getHostString());
            }
            channel.socket().connect(next, millis(deadline));
            if (proxy != null) {
                tunnel(channel, proxy, deadline);
            }
            channel.configureBlocking(false);
            return channel;
        } catch (SocketTimeoutException slow) {
            channel.close();
            throw new TimeoutException("No connection in time");
        } catch (ClosedByInterruptException interrupted) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (IOException | RuntimeException | Error | TimeoutException failed) {
            channel.close();
            throw failed;
        } finally {
            dialing = null;
        }
    }

    private static int millis(long deadline) throws TimeoutException {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
            throw new TimeoutException("No connection in time");
        }
        return (int) Math.min(Integer.MAX_VALUE, left);
    }

    private @Nullable InetSocketAddress proxy() {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(address);
        Proxy first = proxies.isEmpty() ? Proxy.NO_PROXY : proxies.get(0);
        if (first.type() != Proxy.Type.HTTP || !(first.address() instanceof InetSocketAddress proxy)) {
            return null;
        }
        return proxy.isUnresolved() ? new InetSocketAddress(proxy.getHostString(), proxy.getPort()) : proxy;
    }

    private void tunnel(SocketChannel channel, InetSocketAddress proxy, long deadline)
            throws IOException, TimeoutException {
        String target = address.getHost() + ":" + port;
        String request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
        channel.socket().getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = channel.socket().getInputStream();
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            channel.socket().setSoTimeout(millis(deadline));
            int next = in.read();
            if (next < 0 || answer.length() == MAX_ANSWER_BYTES) {
                throw new IOException(
                        "The proxy " + proxy + " does not answer a CONNECT to " + target + " in HTTP/1.1");
            }
            answer.append((char) next);
        }
        Matcher status = STATUS.matcher(answer);
        if (!status.matches() || status.group(1).charAt(0) != '2') {
            throw new IOException("The proxy " + proxy + " refuses a CONNECT to " + target + ": "
                    + answer.substring(0, answer.indexOf("\r\n")));
        }
    }

    @Override
    public void close() {
        closed = true;
        SocketChannel open = dialing;
        if (open != null) {
            try {
                open.close();
            } catch (IOException gone) {
                LOG.warn("A socket to {}:{} could not be closed", host(), port, gone);
            }
        }
    }
}
