package dev.tandem.api;

import static dev.tandem.api.IdentityProvider.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.HttpSpec.Access;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class JwtCallersTest {
  @TempDir Path directory;
  private IdentityProvider provider;
  private JwtCallers callers;

  @BeforeEach
  void publish() throws Exception {
    provider = new IdentityProvider(directory);
    callers = JwtCallers.of(provider.spec("roles"));
  }

  @Test
  void shouldKnowACallerByItsSubjectWithItsHighestRole() throws Exception {
    assertThat(callers.apply(provider.sign(it -> it)))
        .contains(new Caller("jwt:anna", Access.VIEWER));
    assertThat(
            callers.apply(
                provider.sign(it -> it.claim("roles", List.of("guest", "operator", "viewer")))))
        .contains(new Caller("jwt:anna", Access.OPERATOR));
    assertThat(callers.apply(provider.sign(it -> it.claim("roles", "admin"))))
        .contains(new Caller("jwt:anna", Access.ADMIN));
  }

  @Test
  void shouldFindRolesInNestedClaims() throws Exception {
    var nested = JwtCallers.of(provider.spec("realm_access.roles"));
    String token =
        provider.sign(it -> it.claim("realm_access", Map.of("roles", List.of("operator"))));
    assertThat(nested.apply(token)).contains(new Caller("jwt:anna", Access.OPERATOR));
    assertThat(callers.apply(provider.sign(it -> it.claim("roles", null)))).isEmpty();
  }

  @Test
  void shouldGiveClocksAMinute() throws Exception {
    assertThat(callers.apply(provider.sign(it -> it.expirationTime(at(-30))))).isPresent();
    assertThat(callers.apply(provider.sign(it -> it.notBeforeTime(at(30))))).isPresent();
  }

  static Stream<Arguments> spoiled() {
    return Stream.of(
        of("expired", it -> it.expirationTime(at(-90))),
        of("without an end", it -> it.expirationTime(null)),
        of("not valid yet", it -> it.notBeforeTime(at(90))),
        of("of another issuer", it -> it.issuer("https://id.example.org")),
        of("for another audience", it -> it.audience("billing")),
        of("without an audience", it -> it.audience((String) null)),
        of("of nobody", it -> it.subject(null)),
        of("of somebody who writes lines into logs", it -> it.subject("anna\nroot")),
        of("without a role", it -> it.claim("roles", List.of())),
        of("with a role of others", it -> it.claim("roles", List.of("Admin", "superuser"))),
        of("with a role of another type", it -> it.claim("roles", 7)));
  }

  private static Arguments of(String name, UnaryOperator<JWTClaimsSet.Builder> change) {
    return Arguments.of(name, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoiled")
  void shouldNotAcceptAToken(String name, UnaryOperator<JWTClaimsSet.Builder> change)
      throws Exception {
    assertThat(callers.apply(provider.sign(change))).as(name).isEmpty();
  }

  @Test
  void shouldAcceptOnlyTheTwoAlgorithmsAndTheKeyThatIsNamed() throws Exception {
    var key = provider.key();
    UnaryOperator<JWTClaimsSet.Builder> good = it -> it.claim("roles", "admin");
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.RS256, key, "first"))).isPresent();
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.RS512, key, "first"))).isEmpty();
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.PS256, key, "first"))).isEmpty();
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.RS256, key, ""))).isEmpty();
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.RS256, key, "other"))).isEmpty();
    var stranger = IdentityProvider.newKey("first");
    assertThat(callers.apply(provider.sign(good, JWSAlgorithm.RS256, stranger, "first"))).isEmpty();
  }

  @Test
  void shouldAcceptEllipticCurvesToo() throws Exception {
    var key = new ECKeyGenerator(Curve.P_256).keyID("curve").generate();
    Files.writeString(directory.resolve("keys.json"), new JWKSet(key.toPublicJWK()).toString());
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("curve").build(),
            IdentityProvider.claims().build());
    jwt.sign(new ECDSASigner(key));
    assertThat(callers.apply(jwt.serialize())).contains(new Caller("jwt:anna", Access.VIEWER));
    String rsa = provider.sign(it -> it, JWSAlgorithm.RS256, provider.key(), "curve");
    assertThat(callers.apply(rsa)).as("of another kind than the key it names").isEmpty();
  }

  /// The public key as the secret of a symmetric algorithm, and no signature at all.
  @Test
  void shouldNotAcceptWhatAnybodyCanSign() throws Exception {
    var claims = IdentityProvider.claims().build();
    var symmetric =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims);
    symmetric.sign(
        new MACSigner(
            provider.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8)));
    assertThat(callers.apply(symmetric.serialize())).isEmpty();
    assertThat(callers.apply(new PlainJWT(claims).serialize())).isEmpty();
    String good = provider.sign(it -> it);
    assertThat(callers.apply(good.substring(0, good.lastIndexOf('.') + 1))).isEmpty();
    assertThat(callers.apply("a.b.c")).isEmpty();
    assertThat(callers.apply("")).isEmpty();
  }

  @Test
  void shouldAskTheProviderForItsKeysAndAcceptNobodyWhereItIsAway() throws Exception {
    byte[] keys = Files.readAllBytes(directory.resolve("keys.json"));
    var asked = new AtomicInteger();
    var http = HttpServer.create(new InetSocketAddress(TestServer.loopback(), 0), 4);
    http.createContext(
        "/keys",
        exchange -> {
          try (exchange) {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
          }
        });
    http.start();
    String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/keys";
    try {
      var remote = JwtCallers.of(remote(url));
      for (int i = 0; i < 5; i++) {
        assertThat(remote.apply(provider.sign(it -> it))).isPresent();
      }
      assertThat(asked).hasValue(1);
      var stranger = IdentityProvider.newKey("unknown");
      for (int i = 0; i < 20; i++) {
        String token = provider.sign(it -> it, JWSAlgorithm.RS256, stranger, "unknown " + i);
        assertThat(remote.apply(token)).isEmpty();
      }
      assertThat(asked.get()).as("who makes up keys cannot have them fetched").isLessThan(4);
    } finally {
      http.stop(0);
    }
    assertThat(JwtCallers.of(remote(url)).apply(provider.sign(it -> it))).isEmpty();
  }

  private static HttpSpec.Jwt remote(String url) {
    return new HttpSpec.Jwt(
        IdentityProvider.ISSUER, IdentityProvider.AUDIENCE, new HttpSpec.Keys.Remote(url), "roles");
  }

  @Test
  void shouldTakeNewKeysFromTheFileAndForgetTheOld() throws Exception {
    String old = provider.sign(it -> it);
    assertThat(callers.apply(old)).isPresent();
    provider.renew();
    assertThat(callers.apply(provider.sign(it -> it))).isPresent();
    assertThat(callers.apply(old)).isEmpty();
  }
}
