package dev.tandem.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tandem.spec.HttpSpec.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets requests in, one check after the other: who calls, how often, what is asked for, whether
/// that is allowed, and what came with it. Nothing is looked at before it is known who calls.
final class ApiHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
  private static final String NO_ROUTE = "none";
  private static final Duration TURN = Duration.ofSeconds(5);

  /// Each may read topics from their beginning.
  private static final int AT_A_TIME = 8;

  private final List<Route> routes;
  private final Guards guards;
  private final ApiMetrics metrics;
  private final Audit audit;
  private final Semaphore turns = new Semaphore(AT_A_TIME, true);

  /// What a request passes.
  record Guards(Callers callers, TokenBuckets known, TokenBuckets strangers, Requests requests) {
    static Guards of(Callers callers) {
      return new Guards(
          callers,
          new TokenBuckets(TokenBuckets.Rate.OF_CALLERS, System::nanoTime),
          new TokenBuckets(TokenBuckets.Rate.OF_STRANGERS, System::nanoTime),
          new Requests(Duration.ofSeconds(10)));
    }
  }

  ApiHandler(List<Route> routes, Guards guards, Audit audit, ApiMetrics metrics) {
    this.routes = List.copyOf(routes);
    this.guards = guards;
    this.audit = audit;
    this.metrics = metrics;
  }

  /// What is known of a request so far, for the log.
  private static final class Seen {
    private @Nullable Caller caller;
    private String route = NO_ROUTE;
    private Runnable afterwards = () -> {};
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    var seen = new Seen();
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange, seen);
      } catch (ApiProblem refused) {
        answer = Answer.of(refused);
        seen.afterwards = refused.afterwards();
      } catch (IOException gone) {
        LOG.debug("a caller of {} is gone", seen.route, gone);
        return;
      } catch (Exception failure) {
        answer = Answer.of(failed(failure, seen.route));
      }
      note(exchange, seen, answer.status());
      send(exchange, answer);
      seen.afterwards.run();
    }
  }

  private Answer answer(HttpExchange exchange, Seen seen) throws Exception {
    Caller caller = caller(exchange);
    seen.caller = caller;
    guards.known.take(caller.name()).ifPresent(ApiHandler::refuseForNow);
    Requests.requireLength(exchange);
    var found = route(exchange);
    Route route = found.route;
    seen.route = route.name();
    if (!caller.access().includes(route.access())) {
      throw new ApiProblem(
          403,
          "this needs the role " + name(route.access()) + "; yours is " + name(caller.access()));
    }
    var query = Requests.query(exchange, route.inputs().query());
    return switch (route.method()) {
      case GET -> {
        Requests.requireNoBody(exchange);
        yield turn(route, new Call(caller, found.parts, query, MissingNode.getInstance()));
      }
      case POST -> {
        JsonNode body = guards.requests.body(exchange, route.inputs().body());
        var call = new Call(caller, found.parts, query, body);
        yield audit.done(route, call, it -> turn(route, it));
      }
    };
  }

  private Caller caller(HttpExchange exchange) {
    var header = exchange.getRequestHeaders().getFirst("Authorization");
    Optional<Caller> caller = guards.callers.of(Objects.requireNonNullElse(header, ""));
    if (caller.isPresent()) {
      return caller.get();
    }
    guards
        .strangers
        .take(exchange.getRemoteAddress().getAddress().getHostAddress())
        .ifPresent(ApiHandler::refuseForNow);
    throw new ApiProblem(401, "expected Authorization: Bearer with a token that is known and valid")
        .with("WWW-Authenticate", "Bearer realm=\"tandem\"");
  }

  private static void refuseForNow(Duration wait) {
    throw new ApiProblem(429, "too many requests")
        .with("Retry-After", Long.toString(Math.max(1, (wait.toMillis() + 999) / 1000)));
  }

  private record Found(Route route, Map<String, String> parts) {}

  private Found route(HttpExchange exchange) {
    String path =
        Requests.path(exchange).orElseThrow(() -> new ApiProblem(404, "there is no such route"));
    var matching = new HashMap<String, Found>();
    for (Route route : routes) {
      route
          .match(path)
          .ifPresent(parts -> matching.put(route.method().name(), new Found(route, parts)));
    }
    if (matching.isEmpty()) {
      throw new ApiProblem(404, "there is no such route");
    }
    Found found = matching.get(exchange.getRequestMethod());
    if (found == null) {
      String allowed = String.join(", ", new TreeSet<>(matching.keySet()));
      throw new ApiProblem(405, "expected " + allowed).with("Allow", allowed);
    }
    return found;
  }

  private Answer turn(Route route, Call call) throws Exception {
    if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new ApiProblem(503, "too many requests are being answered")
          .with("Retry-After", Long.toString(TURN.toSeconds()));
    }
    try {
      return route.handler().answer(call);
    } finally {
      turns.release();
    }
  }

  /// What was not foreseen is for the log; its caller gets a name to look for there.
  private static ApiProblem failed(Exception failure, String route) {
    ApiProblem known = Failures.problem(failure);
    if (known.status() < 500) {
      return known;
    }
    String name = UUID.randomUUID().toString();
    LOG.error("{} failed ({})", route, name, failure);
    return new ApiProblem(known.status(), known.detail() + "; the log has more under " + name);
  }

  private void note(HttpExchange exchange, Seen seen, int status) {
    metrics.answered(seen.route, status);
    if (status >= 400 && status < 500 && !(seen.caller == null && status == 429)) {
      LOG.warn(
          "refused {} {} of {} from {}: {}",
          method(exchange.getRequestMethod()),
          seen.route,
          seen.caller == null ? "nobody known" : seen.caller.name(),
          exchange.getRemoteAddress().getAddress().getHostAddress(),
          status);
    }
  }

  /// As it came, if it is one that can be written.
  private static String method(String asked) {
    return asked.matches("[A-Z]{1,10}") ? asked : "?";
  }

  private static String name(Access access) {
    return access.name().toLowerCase(Locale.ROOT);
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(headers::set);
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer.status(), isHead ? -1 : answer.body().length);
    if (!isHead) {
      exchange.getResponseBody().write(answer.body());
      exchange.getResponseBody().flush();
    }
  }
}
