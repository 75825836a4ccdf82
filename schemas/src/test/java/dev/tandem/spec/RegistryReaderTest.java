package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryReaderTest {
  @TempDir Path folder;

  private SpecReader.Result read(String properties) throws IOException {
    String text =
        GoodSpec.TEXT.replace(
            "registry: { url: http://registry:8081 }",
            "registry: { url: 'https://registry', " + properties.replace("\n", " ") + " }");
    var environment = new HashMap<>(GoodSpec.ENVIRONMENT);
    environment.put("STORE_PASSWORD", "s3cret");
    return SpecReader.read(Files.writeString(folder.resolve("shop.yaml"), text), environment);
  }

  private List<String> said(String properties) throws IOException {
    return read(properties).problems().all().stream().map(Problem::toString).toList();
  }

  @Test
  void shouldTakeWhatConfluentsSerializersTake() throws IOException {
    var result =
        read(
            """
            schema.registry.ssl.truststore.location: /etc/trust.p12,
            schema.registry.ssl.truststore.type: PKCS12,
            schema.registry.ssl.truststore.password: "${STORE_PASSWORD}",
            schema.registry.ssl.endpoint.identification.algorithm: https,
            basic.auth.credentials.source: USER_INFO,
            basic.auth.user.info: "tandem:${STORE_PASSWORD}",
            schema.registry.request.timeout.ms: 5000,
            use.latest.version: true""");
    assertThat(result.problems().all()).isEmpty();
    assertThat(result.spec().orElseThrow().registry().properties().values())
        .containsEntry("schema.registry.ssl.truststore.password", "s3cret")
        .containsEntry("basic.auth.user.info", "tandem:s3cret");
  }

  @Test
  void shouldRefuseWhatWouldNotBeRead() throws IOException {
    assertThat(said("ssl.truststore.location: /etc/trust.p12"))
        .singleElement()
        .asString()
        .contains("shop.yaml:")
        .contains("write schema.registry.ssl.truststore.location");
    assertThat(said("schema.registry.ssl.truststore.lokation: /etc/trust.p12"))
        .singleElement()
        .asString()
        .contains("did you mean 'schema.registry.ssl.truststore.location'?");
    assertThat(said("schema.registry.ssl.engine.factory.class: com.example.Mine"))
        .singleElement()
        .asString()
        .contains("unknown key");
  }

  @Test
  void shouldRefuseToTrustAnyName() throws IOException {
    assertThat(said("schema.registry.ssl.endpoint.identification.algorithm: ''"))
        .singleElement()
        .asString()
        .contains("is always compared");
  }

  @Test
  void shouldRefuseCredentialsFromWhereItDoesNotLook() throws IOException {
    assertThat(said("basic.auth.credentials.source: SASL_INHERIT"))
        .singleElement()
        .asString()
        .contains("'SASL_INHERIT'")
        .contains("USER_INFO, URL");
    assertThat(said("bearer.auth.credentials.source: OAUTHBEARER"))
        .singleElement()
        .asString()
        .contains("STATIC_TOKEN");
    assertThat(said("basic.auth.credentials.source: USER_INFO"))
        .singleElement()
        .asString()
        .contains("'basic.auth.user.info' is missing");
    assertThat(said("schema.registry.request.timeout.ms: 10s"))
        .singleElement()
        .asString()
        .contains("expected milliseconds");
  }

  @Test
  void shouldPrintNoPasswordOfAUrlThatIsNone() throws IOException {
    String text =
        GoodSpec.TEXT.replaceFirst("registry: .*", "registry: { url: 'https://a:s3cret@h h' }");
    var result =
        SpecReader.read(Files.writeString(folder.resolve("shop.yaml"), text), GoodSpec.ENVIRONMENT);
    assertThat(result.problems().all())
        .singleElement()
        .asString()
        .contains("expected URLs")
        .doesNotContain("s3cret");
  }
}
