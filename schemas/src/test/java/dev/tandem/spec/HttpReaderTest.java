package dev.tandem.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.spec.HttpSpec.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpReaderTest {
  private static final String TOKENS =
      "tokens: [{ name: anna, role: operator, token: \"${ANNA_TOKEN}\" }]";

  @TempDir Path folder;

  private SpecReader.Result read(String good, String other) throws IOException {
    String text = GoodSpec.TEXT.replace(good, other);
    assertThat(good.equals(other) || !text.equals(GoodSpec.TEXT)).isTrue();
    return SpecReader.read(
        Files.writeString(folder.resolve("shop.yaml"), text), GoodSpec.ENVIRONMENT);
  }

  private List<String> causes(String good, String bad) throws IOException {
    return read(good, bad).problems().all().stream().map(Problem::cause).toList();
  }

  @Test
  void shouldReadWhoMayCallAndHowConnectionsAreProtected() throws IOException {
    HttpSpec http = read("", "").spec().orElseThrow().http();
    assertThat(http.tokens())
        .containsExactly(
            new HttpSpec.Token(
                "anna", Access.OPERATOR, TokenDigest.of("token-of-anna-0123456789")));
    assertThat(http.jwt().orElseThrow())
        .isEqualTo(
            new HttpSpec.Jwt(
                "https://id.example.com",
                "tandem",
                new HttpSpec.Keys.Remote("https://id.example.com/keys"),
                "roles"));
    assertThat(http.tls().orElseThrow())
        .isEqualTo(new HttpSpec.Tls(folder.resolve("tls.crt"), folder.resolve("tls.key")));
    assertThat(http.knowsCallers()).isTrue();
  }

  @Test
  void shouldKnowNobodyWhereNothingIsSaid() throws IOException {
    String text = GoodSpec.TEXT.substring(0, GoodSpec.TEXT.indexOf("http:\n"));
    var result =
        SpecReader.read(Files.writeString(folder.resolve("shop.yaml"), text), GoodSpec.ENVIRONMENT);
    assertThat(result.spec().orElseThrow().http()).isEqualTo(HttpSpec.NONE);
    assertThat(HttpSpec.NONE.knowsCallers()).isFalse();
  }

  @Test
  void shouldReadKeysAndTokensFromFiles() throws IOException {
    Files.writeString(folder.resolve("anna"), "token-of-anna-from-a-file\n");
    var keys = read("jwks: https://id.example.com/keys", "jwks: keys.json").spec().orElseThrow();
    assertThat(keys.http().jwt().orElseThrow().keys())
        .isEqualTo(new HttpSpec.Keys.Local(folder.resolve("keys.json")));
    var tokens = read("${ANNA_TOKEN}", "${file:anna}").spec().orElseThrow();
    assertThat(tokens.http().tokens().getFirst().digest())
        .isEqualTo(TokenDigest.of("token-of-anna-from-a-file"));
  }

  @Test
  void shouldRefuseATokenThatStandsInTheSpecOrIsShortAndNotRepeatIt() throws IOException {
    for (String written :
        List.of("token-of-anna-0123456789", "${X:-token-of-anna-0123456789}", "x${ANNA_TOKEN}")) {
      var problems = read("${ANNA_TOKEN}", written).problems().all();
      assertThat(problems)
          .singleElement()
          .satisfies(
              it -> {
                assertThat(it.cause()).isEqualTo("the token does not come from outside alone");
                assertThat(it.severity()).isEqualTo(Problem.Severity.ERROR);
                assertThat(it.toString()).doesNotContain("token-of-anna");
              });
    }
    var shorts = read("${ANNA_TOKEN}", "${SHORT_TOKEN}").problems().all();
    assertThat(shorts).singleElement().asString().contains("has 20 characters", "openssl rand");
    assertThat(shorts.toString()).doesNotContain("token-of-a-short-one");
    assertThat(causes("${ANNA_TOKEN}", "${NOWHERE}"))
        .containsExactly("'${NOWHERE}' is not set in the environment");
  }

  @Test
  void shouldGiveEachCallerANameAndATokenOfItsOwn() throws IOException {
    String twice =
        TOKENS.replace("}]", "}, { name: anna, role: admin, token: \"${ANNA_TOKEN}\" }]");
    assertThat(causes(TOKENS, twice))
        .containsExactly("the name 'anna' is taken", "'anna' has the token of 'anna'");
    assertThat(causes(TOKENS, "tokens: []")).containsExactly("expected a list of tokens");
    assertThat(causes("role: operator", "role: root"))
        .containsExactly("expected one of viewer, operator, admin, found 'root'");
  }

  @Test
  void shouldTakeKeysOnlyFromWhereNobodyCanExchangeThem() throws IOException {
    String good = "jwks: https://id.example.com/keys";
    for (String bad :
        List.of(
            "jwks: http://id.example.com/keys",
            "jwks: http://localhost.example.com/keys",
            "jwks: http://localhost:x@id.example.com/keys",
            "jwks: ftp://localhost/keys")) {
      assertThat(causes(good, bad))
          .singleElement()
          .asString()
          .startsWith("expected keys that nobody can exchange on their way");
    }
    assertThat(causes(good, "jwks: http://localhost:8080/keys")).isEmpty();
  }

  @Test
  void shouldNotPrintWhatIsKeptOfAToken() throws IOException {
    assertThat(read("", "").spec().orElseThrow().http().tokens().toString())
        .contains("name=anna", "digest=***");
    assertThat(TokenDigest.of("token-of-anna-0123456789")).hasToString("***");
  }
}
