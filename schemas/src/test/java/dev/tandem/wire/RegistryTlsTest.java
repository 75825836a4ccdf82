package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import dev.tandem.wire.RegistryException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Registries that speak TLS: whom the client trusts, what it shows, and what it says where the
/// two do not come together.
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class RegistryTlsTest {
  private static final String SSL = "schema.registry.ssl.";

  @TempDir private static Path folder;
  private static TestKeys server;
  private static TestKeys client;
  private static TestKeys stranger;

  @TempDir private Path own;

  @BeforeAll
  static void issue() throws Exception {
    server = TestKeys.issue(folder, "server", "ip:127.0.0.1");
    client = TestKeys.issue(folder, "client", "dns:client");
    stranger = TestKeys.issue(folder, "stranger", "dns:elsewhere");
  }

  /// Forms of the same store.
  private enum Form {
    JKS,
    PKCS12,
    PEM_FILE,
    PEM_IN_PLACE
  }

  private Map<String, String> trusting(TestKeys keys, Form form) throws Exception {
    Path file = own.resolve("trust");
    return switch (form) {
      // What Kafka takes a store for where nobody says it.
      case JKS ->
          Map.of(
              SSL + "truststore.location",
              keys.trustStore(file, "JKS").toString(),
              SSL + "truststore.password",
              TestKeys.PASSWORD);
      case PKCS12 ->
          Map.of(
              SSL + "truststore.location",
              keys.trustStore(file, "PKCS12").toString(),
              SSL + "truststore.password",
              TestKeys.PASSWORD,
              SSL + "truststore.type",
              "PKCS12");
      case PEM_FILE ->
          Map.of(
              SSL + "truststore.location",
              Files.writeString(file, keys.pemCertificate()).toString(),
              SSL + "truststore.type",
              "PEM");
      case PEM_IN_PLACE ->
          Map.of(
              SSL + "truststore.certificates",
              keys.pemCertificate(),
              SSL + "truststore.type",
              "PEM");
    };
  }

  private Map<String, String> showing(TestKeys keys, Form form) throws Exception {
    return switch (form) {
      case JKS, PKCS12 ->
          Map.of(
              SSL + "keystore.location",
              keys.store().toString(),
              SSL + "keystore.password",
              TestKeys.PASSWORD,
              SSL + "key.password",
              TestKeys.PASSWORD,
              SSL + "keystore.type",
              form.name());
      case PEM_FILE ->
          Map.of(
              SSL + "keystore.location",
              Files.writeString(own.resolve("keys"), keys.pemKey() + keys.pemCertificate())
                  .toString(),
              SSL + "keystore.type",
              "PEM");
      case PEM_IN_PLACE ->
          Map.of(
              SSL + "keystore.key", keys.pemKey(),
              SSL + "keystore.certificate.chain", keys.pemCertificate(),
              SSL + "keystore.type", "PEM");
    };
  }

  private static ScriptedRegistry registry(HttpsConfigurator tls) throws IOException {
    return new ScriptedRegistry(
        tls, _ -> new ScriptedRegistry.Answer(200, "{\"schema\": \"\\\"int\\\"\"}"));
  }

  private static SchemaRegistryClient client(String url, Map<String, String> properties) {
    var all = new HashMap<>(properties);
    all.put("schema.registry.url", url);
    return new SchemaRegistryClient(RegistryConfig.of(all));
  }

  private static Schema.Type read(SchemaRegistryClient client) {
    return client.byId(7).getType();
  }

  /// What is said, of a registry that counts as away.
  private static String said(SchemaRegistryClient client) {
    var failure = catchThrowableOfType(RegistryException.class, () -> client.byId(7));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("schema id 7").hasMessageContaining("fix:");
    for (Throwable each = failure; each != null; each = each.getCause()) {
      assertThat(String.valueOf(each.getMessage())).doesNotContain(TestKeys.PASSWORD);
    }
    return String.valueOf(failure.getMessage());
  }

  private static Map<String, String> both(Map<String, String> one, Map<String, String> other) {
    var both = new HashMap<>(one);
    both.putAll(other);
    return both;
  }

  @ParameterizedTest
  @EnumSource
  void shouldTrustWhatTheTruststoreHolds(Form form) throws Exception {
    try (var registry = registry(server.serving())) {
      assertThat(read(client(registry.url(), trusting(server, form)))).isEqualTo(Schema.Type.INT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowItsCertificateToARegistryThatWantsOne(Form form) throws Exception {
    try (var registry = registry(server.servingOnly(client))) {
      var properties = both(trusting(server, form), showing(client, form));
      assertThat(read(client(registry.url(), properties))).isEqualTo(Schema.Type.INT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void shouldSayThatTheRegistryWantsAnotherCertificate(String protocol) throws Exception {
    var trusted = both(trusting(server, Form.JKS), Map.of(SSL + "enabled.protocols", protocol));
    try (var registry = registry(server.servingOnly(client))) {
      assertThat(said(client(registry.url(), trusted)))
          .containsPattern("wants (one|another certificate)")
          .contains("schema.registry.ssl.keystore.location");
      var wrong = both(trusted, showing(stranger, Form.PKCS12));
      assertThat(said(client(registry.url(), wrong)))
          .containsPattern("does not take the certificate|wants another certificate")
          .contains("schema.registry.ssl.keystore.location");
    }
  }

  @Test
  void shouldSayThatNobodyTrustedIssuedTheRegistrysCertificate() throws Exception {
    try (var registry = registry(server.serving())) {
      for (var properties : List.of(Map.<String, String>of(), trusting(stranger, Form.PEM_FILE))) {
        assertThat(said(client(registry.url(), properties)))
            .contains(registry.url())
            .contains("issued by nobody who is trusted here")
            .contains("schema.registry.ssl.truststore.location");
      }
    }
  }

  @Test
  void shouldNotTakeACertificateForAnotherName() throws Exception {
    try (var registry = registry(stranger.serving())) {
      assertThat(said(client(registry.url(), trusting(stranger, Form.JKS))))
          .contains("its certificate is for another name")
          .contains("127.0.0.1");
    }
  }

  @Test
  void shouldSayThatAPortDoesNotSpeakTls() throws Exception {
    try (var plain = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuseInPlain(plain));
      assertThat(
              said(client("https://127.0.0.1:" + plain.getLocalPort(), trusting(server, Form.JKS))))
          .contains("does not speak TLS");
    }
  }

  /// As a server does that expects a line of HTTP and meets the first bytes of a handshake.
  private static void refuseInPlain(ServerSocket plain) {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    while (!plain.isClosed()) {
      try (var connection = plain.accept()) {
        connection.getOutputStream().write(answer);
        connection.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException hungUp) {
        // The client has seen enough, or the test is over.
      }
    }
  }

  @Test
  void shouldSayWhichStoreCannotBeRead() throws Exception {
    String url = "https://127.0.0.1:1";
    Path trust = server.trustStore(own.resolve("trust.jks"), "JKS");
    assertThat(said(client(url, Map.of(SSL + "truststore.location", "/nowhere/trust.jks"))))
        .contains("schema.registry.ssl.truststore.location: /nowhere/trust.jks cannot be read");
    assertThat(said(client(url, Map.of(SSL + "keystore.location", "/nowhere/keys.p12"))))
        .contains("schema.registry.ssl.keystore.location: /nowhere/keys.p12 cannot be read");
    assertThat(
            said(
                client(
                    url,
                    Map.of(
                        SSL + "truststore.location",
                        trust.toString(),
                        SSL + "truststore.password",
                        TestKeys.PASSWORD + "-not"))))
        .contains(trust.toString())
        .contains("password was incorrect")
        .contains("its password and its type");
    assertThat(
            said(
                client(
                    url,
                    Map.of(
                        SSL + "truststore.location",
                        trust.toString(),
                        SSL + "truststore.type",
                        "PEM"))))
        .contains(trust.toString())
        .contains("its type, JKS, PKCS12 or PEM");
  }

  @Test
  void shouldTakeWhatWasExchangedWithoutARestart() throws Exception {
    Path trust = own.resolve("trust.pem");
    try (var registry = registry(server.serving())) {
      var client =
          client(
              registry.url(),
              Map.of(
                  SSL + "truststore.location", trust.toString(), SSL + "truststore.type", "PEM"));
      assertThat(said(client)).contains("cannot be read");
      Files.writeString(trust, stranger.pemCertificate());
      assertThat(said(client)).contains("trusted here");
      Files.writeString(trust, server.pemCertificate());
      assertThat(read(client)).isEqualTo(Schema.Type.INT);
    }
  }

  @Test
  void shouldTellACertificateOutOfTimeFromOneThatNobodyTrusts() {
    var failure = new SSLHandshakeException("PKIX path validation failed");
    failure.initCause(new CertificateExpiredException("NotAfter: yesterday"));
    var asked = URI.create("https://registry");
    assertThat(TlsFailure.of(asked, failure)).contains(TlsFailure.OUT_OF_TIME);
    assertThat(TlsFailure.of(asked, new IOException("Connection refused"))).isEmpty();
    assertThat(TlsFailure.of(asked, new SSLHandshakeException("no cipher")))
        .contains(TlsFailure.OTHER);
    var reset = new IOException("Connection reset");
    assertThat(TlsFailure.of(asked, reset)).contains(TlsFailure.HUNG_UP);
    assertThat(TlsFailure.of(URI.create("http://registry"), reset)).isEmpty();
  }

  @Test
  void shouldPrintNoSecret() throws Exception {
    var tls = RegistryTls.of(showing(client, Form.PEM_IN_PLACE));
    assertThat(tls.toString()).contains("ssl.keystore.key").doesNotContain("BEGIN");
  }
}
