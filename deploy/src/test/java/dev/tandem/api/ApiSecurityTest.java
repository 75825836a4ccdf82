package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.HttpSpec.Access;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every route against what may not get through. Each refusal is told by its exact status, says
/// what was wrong, repeats nothing of the request, and leaves no trace in what is done.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the fields before each use.
class ApiSecurityTest {
  private static final String MARK = "s3cr3t-mark";
  private static final byte[] TOO_LONG =
      ("{\"reason\": \"" + "x".repeat(Requests.LONGEST_BODY) + "\"}")
          .getBytes(StandardCharsets.US_ASCII);

  private IdentityProvider provider;
  private TestServer server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    provider = new IdentityProvider(directory);
    server = new TestServer(Optional.of(provider.spec("roles")), TestServer.Limits.WIDE);
  }

  @AfterEach
  void forget() {
    server.reached.clear();
    server.written.clear();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static List<Route> routes() {
    return TestServer.routes();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldLetInWhoMayByTokenAndByJwt(Route route) throws Exception {
    String jwt =
        provider.sign(
            it -> it.claim("roles", route.access().name().toLowerCase(java.util.Locale.ROOT)));
    for (String token : List.of(TestServer.bearer(route.access()), "Bearer " + jwt)) {
      var answer = server.send(server.good(route).header("Authorization", token).build());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
    assertThat(server.reached).containsExactly(route.name(), route.name());
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldKeepOutWhoIsNotKnown(Route route) throws Exception {
    refused(401, server.good(route));
    refused(401, server.good(route).header("Authorization", ""));
    refused(401, server.good(route).header("Authorization", "Bearer " + MARK));
    refused(401, server.good(route).header("Authorization", "Bearer"));
    String admin = TestServer.TOKENS.getOrDefault(Access.ADMIN, "");
    refused(401, server.good(route).header("Authorization", "Basic " + admin));
    refused(401, server.good(route).header("Authorization", "Bearer " + admin + "1"));
    refused(401, server.good(route).header("Authorization", "Bearer " + admin.substring(1)));
    String expired =
        provider.sign(it -> it.claim("roles", "admin").expirationTime(IdentityProvider.at(-90)));
    refused(401, server.good(route).header("Authorization", "Bearer " + expired));
    String inQuery = TestServer.path(route) + "?access_token=" + admin;
    refused(401, server.request(route.method().name(), inQuery, TestServer.body(route)));
    var answer = server.send(server.good(route).build());
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"tandem\"");
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldKeepOutWhoMayLess(Route route) throws Exception {
    for (Access less : TestServer.below(route).toList()) {
      refused(403, server.good(route).header("Authorization", TestServer.bearer(less)));
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldNotReadWhatIsTooLong(Route route) throws Exception {
    refused(413, sent(route, BodyPublishers.ofByteArray(TOO_LONG)));
    if (route.method() == Route.Method.POST) {
      refused(413, sent(route, BodyPublishers.ofInputStream(ApiSecurityTest::tooLong)));
    } else {
      refused(400, sent(route, BodyPublishers.ofString("{}")));
      refused(400, sent(route, BodyPublishers.ofInputStream(ApiSecurityTest::tooLong)));
    }
  }

  /// Without a length.
  private static InputStream tooLong() {
    return new ByteArrayInputStream(TOO_LONG);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldHaveNoWayOutOfItsPaths(Route route) throws Exception {
    String method = route.method().name();
    for (String path :
        List.of(
            TestServer.path(route) + "/../../etc/passwd",
            TestServer.path(route) + "/..",
            TestServer.path(route) + "/",
            TestServer.path(route) + "/%2e%2e/%2e%2e/" + MARK,
            TestServer.path(route) + "%00" + MARK,
            TestServer.path(route).replace("/v1/", "/v1//"),
            TestServer.path(route).replace("/v1/", "/v1/./"),
            TestServer.path(route).replace("/v1/", "/v1/..%2fv1/"),
            TestServer.path(route).replace("/v1/", "/V1/"),
            route.path().replace("{id}", "..").replace("{n}", "%2e%2e") + "/%5c..",
            "/" + MARK)) {
      refused(
          404,
          server
              .request(method, path, TestServer.body(route))
              .header("Authorization", TestServer.bearer(Access.ADMIN)));
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldKnowNoOtherMethods(Route route) throws Exception {
    for (String method : List.of("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")) {
      var answer =
          server.send(
              server
                  .request(method, TestServer.path(route), BodyPublishers.noBody())
                  .header("Authorization", TestServer.bearer(Access.ADMIN))
                  .build());
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow").orElse("")).contains(route.method().name());
    }
    assertThat(server.reached).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void shouldTakeOnlyWhatItKnows(Route route) throws Exception {
    refused(
        400,
        server
            .request(
                route.method().name(),
                TestServer.path(route) + "?" + MARK + "=1",
                TestServer.body(route))
            .header("Authorization", TestServer.bearer(Access.ADMIN)));
    if (route.method() == Route.Method.GET) {
      return;
    }
    for (String body :
        List.of(
            "",
            "{",
            "{\"reason\": \"" + MARK + "\"",
            "[]",
            "\"" + MARK + "\"",
            "null",
            "{\"reason\": \"" + MARK + "\"} {}",
            "{\"reason\": \"a\", \"reason\": \"" + MARK + "\"}",
            "{\"reason\": \"a\", \"" + MARK + "\": 1}",
            "{}",
            "{\"reason\": \" \"}",
            "{\"reason\": 17}",
            "{\"reason\": \"" + "y".repeat(1001) + "\"}",
            "[".repeat(20_000))) {
      refused(400, sent(route, BodyPublishers.ofString(body)));
    }
    refused(
        415,
        HttpRequest.newBuilder(server.uri(TestServer.path(route)))
            .header("Authorization", TestServer.bearer(Access.ADMIN))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("reason=" + MARK)));
  }

  @Test
  void shouldCountRefusalsByRouteAndStatus() throws Exception {
    var route = routes().getFirst();
    server.send(server.good(route).build());
    server.send(server.request("GET", "/v1/" + MARK, BodyPublishers.noBody()).build());
    assertThat(
            server
                .meters
                .get("tandem.api.refused")
                .tags("migration", "mini", "route", "none", "status", "401")
                .counter()
                .count())
        .isGreaterThanOrEqualTo(2);
    assertThat(server.meters.getMeters().toString()).doesNotContain(MARK);
  }

  @Test
  void shouldWriteDownWhoAndWhyBeforeAndAfter() throws Exception {
    var route =
        routes().stream().filter(it -> it.name().equals("jobs.pause")).findFirst().orElseThrow();
    server.send(
        server.good(route).header("Authorization", TestServer.bearer(Access.OPERATOR)).build());
    assertThat(server.written).hasSize(2);
    var asked = server.written.getFirst();
    assertThat(asked.actor()).isEqualTo(new Actor("OPERATOR", "operator", "a drill"));
    assertThat(asked.what()).isEqualTo("jobs.pause");
    assertThat(asked.subject()).isEqualTo("job a-job");
    assertThat(server.written.getLast().outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void shouldSlowDownWhoCallsTooOftenAndNobodyElse() throws Exception {
    var few = new TokenBuckets.Rate(2, 0.001);
    var limits = new TestServer.Limits(few, few, Duration.ofSeconds(10));
    try (var strict = new TestServer(Optional.empty(), limits)) {
      var route = routes().getFirst();
      var viewer =
          strict.good(route).header("Authorization", TestServer.bearer(Access.VIEWER)).build();
      assertThat(strict.send(viewer).statusCode()).isEqualTo(200);
      assertThat(strict.send(viewer).statusCode()).isEqualTo(200);
      var slowed = strict.send(viewer);
      assertThat(slowed.statusCode()).isEqualTo(429);
      assertThat(Integer.parseInt(slowed.headers().firstValue("Retry-After").orElse("0")))
          .isBetween(900, 1000);
      var admin =
          strict.good(route).header("Authorization", TestServer.bearer(Access.ADMIN)).build();
      assertThat(strict.send(admin).statusCode()).as("another caller").isEqualTo(200);
      var stranger = strict.good(route).header("Authorization", "Bearer guess").build();
      assertThat(strict.send(stranger).statusCode()).isEqualTo(401);
      assertThat(strict.send(stranger).statusCode()).isEqualTo(401);
      assertThat(strict.send(stranger).statusCode()).as("guessing").isEqualTo(429);
      assertThat(strict.send(admin).statusCode()).as("from the same address").isEqualTo(200);
    }
  }

  @Test
  void shouldNotWaitForABodyThatDoesNotCome() throws Exception {
    var limits =
        new TestServer.Limits(
            TestServer.Limits.WIDE.known(),
            TestServer.Limits.WIDE.strangers(),
            Duration.ofMillis(300));
    try (var hasty = new TestServer(Optional.empty(), limits);
        var socket = new Socket(TestServer.loopback(), hasty.port())) {
      socket.setSoTimeout(10_000);
      String head =
          "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100\r\nAuthorization: "
              + TestServer.bearer(Access.ADMIN)
              + "\r\n\r\n{\"reason\"";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("did not come within");
      assertThat(hasty.reached).isEmpty();
    }
  }

  @Test
  void shouldRefuseToStartWhereNobodyMayCall() {
    assertThatThrownBy(
            () ->
                ApiServer.start(
                    new InetSocketAddress(TestServer.loopback(), 0), HttpSpec.NONE, _ -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("names nobody who may call")
        .hasMessageContaining("fix: add http.tokens or http.jwt");
  }

  private HttpRequest.Builder sent(Route route, BodyPublisher body) {
    return server
        .request(route.method().name(), TestServer.path(route), body)
        .header("Authorization", TestServer.bearer(Access.ADMIN));
  }

  private void refused(int status, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer = server.send(request.build());
    String as = answer.request() + " " + answer.body();
    assertThat(answer.statusCode()).as(as).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
    assertThat(answer.body())
        .doesNotContain(MARK, "token-of-", "xception", "dev.tandem", "java.", "a drill")
        .hasSizeLessThan(600);
    assertThat(server.reached).as("reached").isEmpty();
    assertThat(server.written).as("audited as something done").isEmpty();
  }
}
