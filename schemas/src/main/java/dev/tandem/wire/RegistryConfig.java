package dev.tandem.wire;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How to reach a schema registry, read from properties under Confluent's own keys, so that
/// existing client properties can be pasted.
///
/// Read are `schema.registry.url` (comma-separated), `auto.register.schemas`,
/// `basic.auth.credentials.source` (`USER_INFO`), `basic.auth.user.info`,
/// `bearer.auth.credentials.source` (`STATIC_TOKEN`), `bearer.auth.token` and
/// `schema.registry.request.timeout.ms`. Others are ignored.
///
/// @param urls tried in order
/// @param authorization value of the `Authorization` header; a secret
/// @param autoRegister whether an unknown schema is registered; if not, it is only looked up
/// @param timeout of one request
public record RegistryConfig(
    List<URI> urls, Optional<String> authorization, boolean autoRegister, Duration timeout) {

  public RegistryConfig {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("schema.registry.url names no address");
    }
  }

  /// @throws IllegalArgumentException if the URL is missing or not one
  public static RegistryConfig of(Map<String, String> properties) {
    String urls = properties.getOrDefault("schema.registry.url", "");
    return new RegistryConfig(
        Arrays.stream(urls.split(","))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .map(RegistryConfig::base)
            .toList(),
        authorization(properties),
        Boolean.parseBoolean(properties.getOrDefault("auto.register.schemas", "true")),
        Duration.ofMillis(
            Long.parseLong(
                properties.getOrDefault("schema.registry.request.timeout.ms", "10000"))));
  }

  private static URI base(String url) {
    return URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
  }

  private static Optional<String> authorization(Map<String, String> properties) {
    String user = properties.get("basic.auth.user.info");
    if (user != null) {
      return Optional.of(
          "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }
    return Optional.ofNullable(properties.get("bearer.auth.token")).map(token -> "Bearer " + token);
  }

  /// Without the secret.
  @Override
  public String toString() {
    return "RegistryConfig" + urls;
  }
}
