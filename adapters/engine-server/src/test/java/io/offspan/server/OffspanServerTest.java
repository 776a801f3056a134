package io.offspan.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffspanServerTest extends ServerCase {
    @Test
    void saysThatItIsThere() throws Exception {
        HttpResponse<String> answer = get("/api/echo");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }

    @Test
    void servesThePageWithoutLettingItAskAnybodyElse() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.body()).contains("<title>Offspan</title>");
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(get("/page.css").statusCode()).isEqualTo(200);
        assertThat(get("/trace/0af7651916cd43dd8448eb211c80319c").body()).isEqualTo(page.body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../OffspanServer.class",
                "/%2e%2e/package-info.class",
                "/..%2fOffspanServer.class",
                "//etc/passwd",
                "/page.css/",
                "/Page.class",
                "/trace/x",
                "/nothing.html",
                "/a%00.css"
            })
    void leadsNowhereElse(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .matches("(?s)HTTP/1.1 (400|404) .*");
    }

    @Test
    void isAskedByItsOwnNamesOnly() throws Exception {
        assertThat(raw("GET /api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(raw("GET /api/echo HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ")
                .contains("This server is not called 'evil.example'");
        assertThat(raw("GET http://evil.example/api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void isAskedByItsOwnPagesOnly() throws Exception {
        String own = server.address().toString().replaceAll("/$", "");
        assertThat(ask("/api/echo", request -> request.header("Origin", own)).statusCode())
                .isEqualTo(200);
        assertThat(ask("/api/echo", request -> request.header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(ask("/api/echo", request -> request.header("Origin", "null")).statusCode())
                .isEqualTo(403);
    }

    /** As an image of a page elsewhere is asked for: without an Origin. */
    @Test
    void aPageElsewhereMayLinkHereAndNotFetch() throws Exception {
        String image =
                "GET /api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: ";
        assertThat(raw(image + "no-cors\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(raw(image + "navigate\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(raw(image.replace("cross-site", "same-origin") + "cors\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void namesTheMethodThatAPathIsAskedBy() throws Exception {
        HttpResponse<String> answer = ask("/api/echo", request -> request.POST(BodyPublishers.ofString("x")));
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET");
        assertThat(answer.body()).contains("is asked by GET, not by POST");
        assertThat(ask("/api/echo", request -> request.method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void namesAPortThatIsTaken() {
        int taken = server.address().getPort();
        assertThatThrownBy(
                        () -> OffspanServer.start(store, ServerConfig.defaults().withPorts(taken)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Port [" + taken + "] of 127.0.0.1 cannot be opened");
        assertThatThrownBy(() -> ServerConfig.defaults().withPorts(70_000)).hasMessageContaining("allowed are 0");
        assertThatThrownBy(() -> ServerConfig.defaults().withPorts()).hasMessageContaining("name one");
    }

    private String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), server.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
