package io.offspan.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** The library that unpacks zstd may be taken away. */
class ZstdFramesTest {
    @Test
    void whereTheLibraryIsAbsentZstdIsStillToldAndTheCommandThatUnpacksIsNamed() throws Exception {
        URL classes = ZstdFrames.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader poor = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> frames = poor.loadClass(ZstdFrames.class.getName());
            Method startsAt = frames.getDeclaredMethod("startsAt", byte[].class, int.class);
            startsAt.setAccessible(true);
            byte[] start = Readers.resource("five-lines.jsonl.zst");
            assertThat(startsAt.invoke(null, start, 0)).isEqualTo(true);
            Method open = frames.getDeclaredMethod("open", InputStream.class, String.class);
            open.setAccessible(true);
            assertThatThrownBy(() -> open.invoke(null, InputStream.nullInputStream(), "unpack it: zstd -dc FILE"))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("this is zstd, and the library zstd-jni")
                    .hasMessageContaining("zstd -dc FILE");
        }
    }
}
