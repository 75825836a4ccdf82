package dev.tandem.stack.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tandem.stack.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registry on HTTP, at 127.0.0.1.
public final class SchemaRegistryServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistryServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SchemaRegistry registry;
  private final RegistryApi api;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private SchemaRegistryServer(SchemaRegistry registry, HttpServer http) {
    this.registry = registry;
    this.api = new RegistryApi(registry);
    this.http = http;
  }

  /// Starts at a port (0 means any free one) and returns when it has read its topic and answers.
  public static SchemaRegistryServer start(String bootstrapServers, int port) {
    // Without it each small answer waits 40 ms for the acknowledgement of its headers.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    var registry = new SchemaRegistry(KafkaRegistryLog.open(bootstrapServers));
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var server = new SchemaRegistryServer(registry, HttpServer.create(address, 0));
      server.http.setExecutor(server.threads);
      server.http.createContext("/", server::handle);
      server.http.start();
      return server;
    } catch (IOException e) {
      registry.close();
      throw new StackException(
          "The schema registry cannot listen on 127.0.0.1:" + port + ". Is the port taken?", e);
    }
  }

  public String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
    registry.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange, 200, api.answer(request(exchange)));
    } catch (RegistryRefusal e) {
      answer(exchange, e.status(), error(e.code(), String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), e);
      answer(exchange, 500, error(50001, "Error in the backend data store"));
    } finally {
      exchange.close();
    }
  }

  private static Map<String, Object> error(int code, String message) {
    return Map.of("error_code", code, "message", message);
  }

  private static RegistryApi.Request request(HttpExchange exchange) throws IOException {
    var uri = exchange.getRequestURI();
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    return new RegistryApi.Request(exchange.getRequestMethod(), path(uri), query(uri), body);
  }

  private static List<String> path(URI uri) {
    return Arrays.stream(uri.getRawPath().split("/"))
        .filter(segment -> !segment.isEmpty())
        .map(segment -> decoded(segment.replace("+", "%2B")))
        .toList();
  }

  private static Map<String, String> query(URI uri) {
    var raw = uri.getRawQuery();
    if (raw == null) {
      return Map.of();
    }
    return Arrays.stream(raw.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> decoded(pair[0]),
                pair -> pair.length == 2 ? decoded(pair[1]) : "true",
                (first, last) -> last));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, Object value) throws IOException {
    var body = JSON.writeValueAsBytes(value);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
