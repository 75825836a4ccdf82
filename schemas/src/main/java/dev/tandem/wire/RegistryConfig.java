package dev.tandem.wire;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How to reach a schema registry, read from properties under Confluent's own keys, so that
/// existing client properties can be pasted.
///
/// Read are `schema.registry.url` (comma-separated), `auto.register.schemas`,
/// `basic.auth.credentials.source` (`USER_INFO`, or `URL`, which is the default),
/// `basic.auth.user.info`, both also with `schema.registry.` before them,
/// `bearer.auth.credentials.source` (`STATIC_TOKEN`), `bearer.auth.token`,
/// `schema.registry.request.timeout.ms` and what [RegistryTls] reads. Others are ignored.
///
/// @param urls tried in order; without user and password
/// @param authorization value of the `Authorization` header; a secret
/// @param autoRegister whether an unknown schema is registered; if not, it is only looked up
/// @param timeout of one request
public record RegistryConfig(
    List<URI> urls,
    Optional<String> authorization,
    boolean autoRegister,
    Duration timeout,
    RegistryTls tls) {
  private static final Pattern URL = Pattern.compile("(https?://)(?:([^/?#]*)@)?(.+?)/*");
  private static final String SOURCE = "basic.auth.credentials.source";
  private static final String USER_INFO = "basic.auth.user.info";

  public RegistryConfig {
    urls = List.copyOf(urls);
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("schema.registry.url names no address");
    }
  }

  /// One of the addresses, and who calls there.
  private record Address(URI url, Optional<String> userInfo) {
    static Address of(String text) {
      Matcher parts = URL.matcher(text);
      if (!parts.matches()) {
        throw notOne(null);
      }
      try {
        return new Address(
            new URI(parts.group(1) + parts.group(3)),
            Optional.ofNullable(parts.group(2)).map(Address::decoded));
      } catch (URISyntaxException e) {
        throw notOne(e.getReason());
      }
    }

    /// A plus stands for itself here.
    private static String decoded(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw notOne("a % in user or password begins no escape");
      }
    }

    /// Without the text: it may hold a password.
    private static IllegalArgumentException notOne(@Nullable String reason) {
      return new IllegalArgumentException(
          "schema.registry.url: expected URLs that begin with http:// or https://"
              + (reason == null ? "" : " (" + reason + ")"));
    }
  }

  /// @throws IllegalArgumentException if the URL is missing or not one, or if who calls is said in
  /// a
  ///     way that is not known here
  public static RegistryConfig of(Map<String, String> properties) {
    List<Address> addresses =
        Arrays.stream(properties.getOrDefault("schema.registry.url", "").split(","))
            .map(String::strip)
            .filter(url -> !url.isEmpty())
            .map(Address::of)
            .toList();
    return new RegistryConfig(
        addresses.stream().map(Address::url).toList(),
        authorization(properties, addresses),
        Boolean.parseBoolean(properties.getOrDefault("auto.register.schemas", "true")),
        Duration.ofMillis(
            Long.parseLong(properties.getOrDefault("schema.registry.request.timeout.ms", "10000"))),
        RegistryTls.of(properties));
  }

  private static Optional<String> authorization(
      Map<String, String> properties, List<Address> addresses) {
    Optional<String> user = userInfo(properties, addresses);
    if (user.isPresent()) {
      byte[] bytes = user.get().getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    known("bearer.auth.credentials.source", properties, "STATIC_TOKEN");
    return Optional.ofNullable(properties.get("bearer.auth.token")).map(token -> "Bearer " + token);
  }

  /// What is said by itself goes before what the URLs say, unless the source is said to be them.
  private static Optional<String> userInfo(
      Map<String, String> properties, List<Address> addresses) {
    Optional<String> source =
        Stream.of(SOURCE, "schema.registry." + SOURCE)
            .flatMap(name -> known(name, properties, "USER_INFO", "URL").stream())
            .findFirst();
    Optional<String> said =
        Stream.of(USER_INFO, "schema.registry." + USER_INFO)
            .flatMap(name -> Optional.ofNullable(properties.get(name)).stream())
            .findFirst();
    List<String> inUrls =
        addresses.stream().flatMap(it -> it.userInfo().stream()).distinct().toList();
    if (said.isPresent() && !source.equals(Optional.of("URL"))) {
      return said;
    }
    if (inUrls.size() > 1) {
      throw new IllegalArgumentException(
          "schema.registry.url: expected one user for all addresses, found "
              + inUrls.size()
              + "; fix: write "
              + USER_INFO);
    }
    return inUrls.stream().findFirst();
  }

  private static Optional<String> known(
      String name, Map<String, String> properties, String... sources) {
    Optional<String> source = Optional.ofNullable(properties.get(name));
    if (source.isPresent() && !List.of(sources).contains(source.get())) {
      throw new IllegalArgumentException(
          name + ": expected " + String.join(" or ", sources) + ", found " + source.get());
    }
    return source;
  }

  /// Without the secrets.
  @Override
  public String toString() {
    return "RegistryConfig" + urls;
  }
}
