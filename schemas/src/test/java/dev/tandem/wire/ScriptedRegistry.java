package dev.tandem.wire;

import com.sun.net.httpserver.HttpServer;
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
  private final HttpServer server;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  record Answer(int status, String body) {}

  ScriptedRegistry(Function<String, Answer> answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(exchange.getRequestMethod() + " " + path);
          Answer answer = answers.apply(path);
          byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  SchemaRegistryClient client() {
    return client(Clock.systemUTC());
  }

  SchemaRegistryClient client(Clock clock) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new SchemaRegistryClient(RegistryConfig.of(Map.of("schema.registry.url", url)), clock);
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
