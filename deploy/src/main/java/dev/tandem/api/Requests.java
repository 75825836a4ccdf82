package dev.tandem.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.tandem.spec.NearMatch;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes requests apart. What is too long, too slow, not of its form or not known is refused, and
/// not repeated in the answer.
final class Requests {
  static final int LONGEST_BODY = 64 * 1024;
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
  private static final int LONGEST_QUERY = 2048;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Duration patience;

  /// @param patience how long a body may take to come
  Requests(Duration patience) {
    this.patience = patience;
  }

  /// The path, if it is one that a route can have: nothing escaped, no `.` at a segment's begin.
  static Optional<String> path(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getRawPath())
        .filter(path -> path.length() <= 256 && PATH.matcher(path).matches());
  }

  static Map<String, String> query(HttpExchange exchange, List<String> known) {
    var values = new HashMap<String, String>();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw == null) {
      return values;
    }
    if (raw.length() > LONGEST_QUERY) {
      throw new ApiProblem(400, "the query is longer than " + LONGEST_QUERY + " characters");
    }
    for (String pair : raw.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      String name = decoded(parts[0]);
      requireKnown("parameter", name, known);
      if (values.put(name, parts.length == 2 ? decoded(parts[1]) : "") != null) {
        throw new ApiProblem(400, name + ": given twice");
      }
    }
    return values;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiProblem(400, "the query is not encoded as a URL is");
    }
  }

  /// The body of a request that must have none.
  ///
  /// @throws ApiProblem if there is one, or one that is too long
  static void requireNoBody(HttpExchange exchange) {
    if (length(exchange) > 0 || exchange.getRequestHeaders().containsKey("Transfer-Encoding")) {
      throw new ApiProblem(400, "expected no body").with("Connection", "close");
    }
  }

  JsonNode body(HttpExchange exchange, List<String> known) throws IOException {
    requireLength(exchange);
    requireJson(exchange);
    JsonNode body = parsed(bytes(exchange));
    if (!body.isObject()) {
      throw new ApiProblem(400, "expected one JSON object");
    }
    body.fieldNames().forEachRemaining(name -> requireKnown("field", name, known));
    return body;
  }

  /// @throws ApiProblem if the body says of itself that it is too long
  static void requireLength(HttpExchange exchange) {
    if (length(exchange) > LONGEST_BODY) {
      throw tooLong();
    }
  }

  private static void requireJson(HttpExchange exchange) {
    String type =
        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Content-Type"), "");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      throw new ApiProblem(415, "expected Content-Type: application/json");
    }
  }

  private static long length(HttpExchange exchange) {
    @Nullable String length = exchange.getRequestHeaders().getFirst("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      throw new ApiProblem(400, "Content-Length: expected a number").with("Connection", "close");
    }
  }

  private static ApiProblem tooLong() {
    return new ApiProblem(413, "expected a body of at most " + LONGEST_BODY + " bytes")
        .with("Connection", "close");
  }

  private byte[] bytes(HttpExchange exchange) throws IOException {
    var reading =
        new FutureTask<byte[]>(() -> exchange.getRequestBody().readNBytes(LONGEST_BODY + 1));
    Thread reader = Thread.ofVirtual().start(reading);
    byte[] bytes;
    try {
      bytes = reading.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ApiProblem(408, "the body did not come within " + patience.toSeconds() + " s")
          .with("Connection", "close")
          .then(reader::interrupt); // Which ends the connection that it reads from.
    } catch (ExecutionException e) {
      throw new IOException("the body broke off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (bytes.length > LONGEST_BODY) {
      throw tooLong();
    }
    return bytes;
  }

  private static JsonNode parsed(byte[] bytes) throws IOException {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new ApiProblem(
          400,
          "the body is not JSON"
              + (at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr()));
    }
  }

  private static void requireKnown(String what, String name, List<String> known) {
    if (!known.contains(name)) {
      throw new ApiProblem(
          400,
          "unknown "
              + what
              + "; expected "
              + (known.isEmpty() ? "none" : String.join(", ", known))
              + NearMatch.of(name, known).map(near -> "; did you mean '" + near + "'?").orElse(""));
    }
  }
}
