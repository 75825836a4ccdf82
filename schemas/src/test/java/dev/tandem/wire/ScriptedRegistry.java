package dev.tandem.wire;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A registry that answers a path as a test says, and remembers what it was asked.
final class ScriptedRegistry implements AutoCloseable {
  private final String scheme;
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> authorized = new CopyOnWriteArrayList<>();

  record Answer(int status, String body) {}

  ScriptedRegistry(Function<String, Answer> answers) throws IOException {
    this("http", HttpServer.create(free(), 0), answers);
  }

  /// One that speaks TLS.
  ScriptedRegistry(HttpsConfigurator tls, Function<String, Answer> answers) throws IOException {
    this("https", secured(tls), answers);
  }

  private ScriptedRegistry(String scheme, HttpServer server, Function<String, Answer> answers) {
    this.scheme = scheme;
    this.server = server;
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(exchange.getRequestMethod() + " " + path);
          authorized.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
          Answer answer = answers.apply(path);
          byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static HttpServer secured(HttpsConfigurator tls) throws IOException {
    var server = HttpsServer.create(free(), 0);
    server.setHttpsConfigurator(tls);
    return server;
  }

  String url() {
    return scheme + "://" + address();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  SchemaRegistryClient client() {
    return client(Clock.systemUTC());
  }

  SchemaRegistryClient client(Clock clock) {
    return new SchemaRegistryClient(RegistryConfig.of(Map.of("schema.registry.url", url())), clock);
  }

  /// The header `Authorization` of each question that had one.
  List<String> authorized() {
    return List.copyOf(authorized);
  }

  /// Method and path of each question.
  List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
