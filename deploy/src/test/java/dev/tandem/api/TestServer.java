package dev.tandem.api;

import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.operate.ActionBook;
import dev.tandem.operate.Recording;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.run.KafkaAccess;
import dev.tandem.run.Migration;
import dev.tandem.setup.RetainedLogs;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.HttpSpec.Access;
import dev.tandem.spec.TokenDigest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The real routes, checks and server, with handlers that only note that they were reached, so that
/// what gets through is told from what does not.
final class TestServer implements AutoCloseable {
  static final Map<Access, String> TOKENS =
      Map.of(
          Access.VIEWER,
          "token-of-the-viewer-0001",
          Access.OPERATOR,
          "token-of-the-operator-01",
          Access.ADMIN,
          "token-of-the-admin-00001");

  final List<String> reached = Collections.synchronizedList(new ArrayList<>());
  final List<OperatorAction> written = Collections.synchronizedList(new ArrayList<>());
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ApiServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  /// @param known how often a caller may call, `strangers` how often others
  record Limits(TokenBuckets.Rate known, TokenBuckets.Rate strangers, Duration patience) {
    static final Limits WIDE =
        new Limits(
            new TokenBuckets.Rate(100_000, 1000),
            new TokenBuckets.Rate(100_000, 1000),
            Duration.ofSeconds(10));
  }

  TestServer(Optional<HttpSpec.Jwt> jwt, Limits limits) throws IOException {
    var spec = spec(jwt, Optional.empty());
    var guards =
        new ApiHandler.Guards(
            Callers.of(spec),
            new TokenBuckets(limits.known, System::nanoTime),
            new TokenBuckets(limits.strangers, System::nanoTime),
            new Requests(limits.patience));
    var handler =
        new ApiHandler(
            routes().stream().map(this::noting).toList(),
            guards,
            new Audit(new Book()),
            new ApiMetrics(meters, "mini"));
    server = ApiServer.start(new InetSocketAddress(loopback(), 0), spec, handler);
  }

  static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  static HttpSpec spec(Optional<HttpSpec.Jwt> jwt, Optional<HttpSpec.Tls> tls) {
    return new HttpSpec(
        TOKENS.entrySet().stream()
            .map(
                it ->
                    new HttpSpec.Token(
                        it.getKey().name(), it.getKey(), TokenDigest.of(it.getValue())))
            .toList(),
        jwt,
        tls);
  }

  /// The program's, of a migration that is nowhere.
  static List<Route> routes() {
    var nowhere = new PostgresAccess("jdbc:postgresql://127.0.0.1:1/nowhere", "nobody", "nothing");
    var migration =
        new Migration(
            new MigrationPlan("mini", List.of()),
            new Migration.Stores(nowhere, nowhere, Optional.empty(), RetainedLogs.NOTHING_SAID),
            new KafkaAccess(
                Map.of("bootstrap.servers", "127.0.0.1:1"),
                Map.of("schema.registry.url", "http://127.0.0.1:1")),
            Map.of(),
            Map.of(),
            HttpSpec.NONE,
            List.of());
    var clock = Clock.systemUTC();
    return ApiServer.routes(migration, new ActionBook(migration, clock), clock);
  }

  private Route noting(Route route) {
    return new Route(
        route.name(),
        route.method(),
        route.path(),
        route.access(),
        route.inputs(),
        _ -> {
          reached.add(route.name());
          return Answer.file("text/plain", new byte[0]);
        });
  }

  URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + server.port() + pathAndQuery);
  }

  int port() {
    return server.port();
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  /// A request of a route as it should be.
  HttpRequest.Builder good(Route route) {
    return request(route.method().name(), path(route), body(route));
  }

  HttpRequest.Builder request(String method, String path, BodyPublisher body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", "application/json")
        .method(method, body);
  }

  static String path(Route route) {
    return route.path().replace("{id}", "a-job").replace("{n}", "2");
  }

  static BodyPublisher body(Route route) {
    return switch (route.method()) {
      case GET -> BodyPublishers.noBody();
      case POST -> BodyPublishers.ofString("{\"reason\": \"a drill\"}");
    };
  }

  static String bearer(Access access) {
    return "Bearer " + TOKENS.get(access);
  }

  /// Those who may less than a route asks for.
  static Stream<Access> below(Route route) {
    return Stream.of(Access.values()).filter(access -> !access.includes(route.access()));
  }

  /// In memory.
  private final class Book implements Recording.Book {
    @Override
    public OperatorAction begin(Actor actor, String what, String subject) {
      var action =
          new OperatorAction("a" + written.size(), actor, what, subject, 1, Outcome.ASKED, "");
      written.add(action);
      return action;
    }

    @Override
    public void end(OperatorAction action, Outcome outcome, String detail) {
      written.add(action.ended(outcome, detail));
    }
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
