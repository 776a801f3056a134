package io.offspan.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;

/** Which version of its library a peer was built with. */
public final class PeerVersion {
    private PeerVersion() {}

    /** Returns what the project of a peer wrote into its jar. */
    public static String of(Class<? extends Peer> peer) {
        try (JarFile jar = new JarFile(
                Path.of(peer.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .toFile())) {
            String version = jar.getManifest().getMainAttributes().getValue("Peer-Version");
            return version == null ? "unknown" : version;
        } catch (IOException | java.net.URISyntaxException e) {
            return "unknown";
        }
    }
}
