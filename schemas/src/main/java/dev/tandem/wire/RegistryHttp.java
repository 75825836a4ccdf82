package dev.tandem.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.wire.RegistryException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks a registry one thing once. What goes wrong is told in words that hold no secret.
/// Thread-safe.
///
/// Certificates and keys are read with the first connection, and again after one that failed for
/// them: one that was renewed, or was not there yet, is taken without a restart.
final class RegistryHttp {
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryConfig config;
  private @Nullable HttpClient client;

  RegistryHttp(RegistryConfig config) {
    this.config = config;
  }

  /// @param what is asked for, as failures call it
  /// @throws RegistryException if it is not answered with what was asked for
  JsonNode ask(String method, URI uri, @Nullable String body, String what) {
    HttpClient used = client(what);
    HttpRequest request = request(method, uri, body);
    try {
      HttpResponse<String> response = used.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() == 200) {
        return JSON.readTree(response.body());
      }
      throw new RegistryException(
          kind(method, response.statusCode()),
          what
              + ": registry "
              + address(uri)
              + " answered "
              + response.statusCode()
              + " "
              + message(response.body()));
    } catch (IOException e) {
      Optional<TlsFailure> tls = TlsFailure.of(uri, e);
      tls.ifPresent(_ -> forget(used));
      throw new RegistryException(
          Kind.UNAVAILABLE,
          what
              + ": registry "
              + address(uri)
              + " cannot be reached: "
              + tls.map(it -> it.words(e)).orElseGet(e::toString),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Kind.UNAVAILABLE, what + ": interrupted", e);
    }
  }

  /// What cannot be read may be there later, as a registry that is away.
  private synchronized HttpClient client(String what) {
    if (client == null) {
      var builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(config.timeout());
      try {
        config.tls().apply(builder);
      } catch (IllegalStateException e) {
        throw new RegistryException(Kind.UNAVAILABLE, what + ": " + e.getMessage(), e);
      }
      client = builder.build();
    }
    return client;
  }

  /// What others are asking with it is still answered.
  private synchronized void forget(HttpClient failed) {
    if (client == failed && !config.tls().isDefault()) {
      client = null;
      failed.shutdown();
    }
  }

  private HttpRequest request(String method, URI uri, @Nullable String body) {
    var request = HttpRequest.newBuilder(uri).timeout(config.timeout());
    request.header("Accept", MEDIA_TYPE + ", application/json");
    config.authorization().ifPresent(value -> request.header("Authorization", value));
    if (body == null) {
      return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
    }
    request.header("Content-Type", MEDIA_TYPE);
    return request.method(method, HttpRequest.BodyPublishers.ofString(body)).build();
  }

  private static String address(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  private static Kind kind(String method, int status) {
    if (method.equals("GET") && (status == 401 || status == 403)) {
      return Kind.UNAVAILABLE;
    }
    if (status == 404) {
      return Kind.UNKNOWN_ID;
    }
    if (status == 409) {
      return Kind.INCOMPATIBLE;
    }
    return status >= 500 || status == 429 || status == 408 ? Kind.UNAVAILABLE : Kind.REFUSED;
  }

  private static String message(String body) {
    try {
      JsonNode answer = JSON.readTree(body);
      return answer.path("error_code").asText() + " " + answer.path("message").asText();
    } catch (IOException e) {
      return "without a readable message";
    }
  }
}
