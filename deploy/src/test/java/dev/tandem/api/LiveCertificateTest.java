package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.spec.HttpSpec;
import dev.tandem.stack.IssuedKey;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Connections under TLS, and certificates that are exchanged while the server runs.
class LiveCertificateTest {
  @TempDir Path directory;

  private HttpSpec.Tls files() {
    return new HttpSpec.Tls(directory.resolve("tls.crt"), directory.resolve("tls.key"));
  }

  private void use(String name, String extension) throws Exception {
    Path copy = directory.resolve("next");
    Files.copy(directory.resolve(name + extension), copy, StandardCopyOption.REPLACE_EXISTING);
    Files.move(copy, directory.resolve("tls" + extension), StandardCopyOption.REPLACE_EXISTING);
  }

  private void use(String name) throws Exception {
    use(name, ".crt");
    use(name, ".key");
  }

  private ApiServer start() throws Exception {
    return ApiServer.start(
        new InetSocketAddress(TestServer.loopback(), 0),
        TestServer.spec(Optional.empty(), Optional.of(files())),
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, -1);
          }
        });
  }

  /// The name in the certificate that a new connection is shown.
  private static String shown(int port, String protocol) throws Exception {
    var trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
    try (var socket =
        (SSLSocket) trusting.getSocketFactory().createSocket(TestServer.loopback(), port)) {
      socket.setEnabledProtocols(new String[] {protocol});
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200");
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void shouldSpeakTls(String algorithm) throws Exception {
    IssuedKey.of(directory, "first", algorithm);
    use("first");
    try (var server = start()) {
      assertThat(shown(server.port(), "TLSv1.3")).isEqualTo("CN=first");
      assertThat(shown(server.port(), "TLSv1.2")).isEqualTo("CN=first");
    }
  }

  @Test
  void shouldShowTheNewCertificateOnceBothFilesAreThereAndTheOldOneUntilThen() throws Exception {
    IssuedKey.of(directory, "first", "RSA");
    IssuedKey.of(directory, "second", "EC");
    use("first");
    try (var server = start()) {
      use("second", ".crt");
      Awaitility.await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> shown(server.port(), "TLSv1.3").equals("CN=first"));
      use("second", ".key");
      Awaitility.await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> shown(server.port(), "TLSv1.3").equals("CN=second"));
      assertThat(shown(server.port(), "TLSv1.2")).isEqualTo("CN=second");
    }
  }

  @Test
  void shouldRefuseToStartWithWhatCannotBeUsedAndSayHowToMendIt() throws Exception {
    assertThatThrownBy(this::start)
        .hasMessageContaining("http.tls.certificate")
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("fix:");
    IssuedKey.of(directory, "first", "RSA");
    IssuedKey.of(directory, "second", "RSA");
    use("first", ".crt");
    use("second", ".key");
    assertThatThrownBy(this::start).hasMessageContaining("is not that of the certificate");
    String key = Files.readString(directory.resolve("first.key"));
    Files.writeString(directory.resolve("tls.key"), key.replace("PRIVATE KEY", "RSA PRIVATE KEY"));
    assertThatThrownBy(this::start)
        .hasMessageContaining("fix: openssl pkcs8 -topk8 -nocrypt")
        .extracting(Throwable::getMessage, org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .doesNotContain(key.lines().skip(1).findFirst().orElseThrow());
  }

  /// Whether it is the right certificate the test looks at itself.
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
