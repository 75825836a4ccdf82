package dev.tandem.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Who calls a registry, in each way in which users of Confluent's serializers write it.
class RegistryConfigTest {
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("anna:p@ss+1".getBytes(StandardCharsets.UTF_8));

  private static RegistryConfig of(String... properties) {
    var all = new HashMap<>(Map.of("schema.registry.url", "https://registry:8081"));
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], properties[i + 1]);
    }
    return RegistryConfig.of(all);
  }

  @Test
  void shouldCallAsNobodyWhereNothingIsSaid() {
    assertThat(of().authorization()).isEmpty();
    assertThat(of("basic.auth.credentials.source", "URL").authorization()).isEmpty();
  }

  @Test
  void shouldCallAsTheUserThatIsNamed() {
    Optional<String> anna = Optional.of(BASIC);
    assertThat(of("basic.auth.user.info", "anna:p@ss+1").authorization()).isEqualTo(anna);
    assertThat(
            of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "anna:p@ss+1")
                .authorization())
        .isEqualTo(anna);
    assertThat(
            of(
                    "schema.registry.basic.auth.credentials.source",
                    "USER_INFO",
                    "schema.registry.basic.auth.user.info",
                    "anna:p@ss+1")
                .authorization())
        .isEqualTo(anna);
  }

  @Test
  void shouldCallAsTheUserInTheUrlAndKeepThePasswordOutOfIt() {
    var config =
        of("schema.registry.url", "https://anna:p%40ss+1@a:1/,https://anna:p%40ss+1@b:2/path");
    assertThat(config.authorization()).contains(BASIC);
    assertThat(config.urls())
        .map(Object::toString)
        .containsExactly("https://a:1", "https://b:2/path");
    assertThat(config.toString()).contains("https://a:1").doesNotContain("ss+1", BASIC);
    assertThat(
            of(
                    "schema.registry.url",
                    "https://anna:p%40ss+1@a:1",
                    "basic.auth.credentials.source",
                    "URL",
                    "basic.auth.user.info",
                    "other:x")
                .authorization())
        .contains(BASIC);
  }

  @Test
  void shouldCallWithATokenWhereThereIsOne() {
    assertThat(of("bearer.auth.token", "t0ken").authorization()).contains("Bearer t0ken");
  }

  @Test
  void shouldRefuseWhatItWouldReadInAnotherWay() {
    assertThatThrownBy(() -> of("basic.auth.credentials.source", "SASL_INHERIT"))
        .hasMessage("basic.auth.credentials.source: expected USER_INFO or URL, found SASL_INHERIT");
    assertThatThrownBy(() -> of("bearer.auth.credentials.source", "OAUTHBEARER"))
        .hasMessageContaining("expected STATIC_TOKEN");
    assertThatThrownBy(() -> of("schema.registry.url", "https://a:p@h:1,https://b:q@h:2"))
        .hasMessageContaining("one user for all addresses");
  }

  @Test
  void shouldPrintNoPasswordOfAUrlThatIsNone() {
    for (String url :
        new String[] {"ftp://a:secret@h", "https://a:secret%@h", "https://a:secret@h h"}) {
      assertThatThrownBy(() -> of("schema.registry.url", url))
          .hasMessageContaining("schema.registry.url")
          .hasNoCause()
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void shouldSendItWithEveryQuestionAndSayItNever() throws Exception {
    try (var registry = new ScriptedRegistry(_ -> new ScriptedRegistry.Answer(401, "{}"))) {
      var client =
          new SchemaRegistryClient(
              of("schema.registry.url", "http://anna:p%40ss+1@" + registry.address()));
      assertThatThrownBy(() -> client.byId(7))
          .hasMessageContaining("registry " + registry.url() + " answered 401")
          .hasMessageNotContaining("ss+1");
      assertThat(registry.authorized()).isNotEmpty().containsOnly(BASIC);
    }
  }
}
