package dev.tandem.wire;

import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLParameters;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/// Whom TLS connections to a registry trust, and what they show of themselves: Kafka's own
/// properties of TLS, each with `schema.registry.` before it. Stores are JKS files, or PKCS12 or
/// PEM where their `type` says so; PEM may also stand in the properties themselves. Where there is
/// none of them, Java's own trust holds and nothing is shown.
///
/// The name in the registry's certificate is always compared with that in its URL.
///
/// @param properties under Kafka's names; secrets are among them
record RegistryTls(Map<String, String> properties) {
  private static final String PREFIX = "schema.registry.";
  private static final List<String> FILES =
      List.of(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);
  private static final ConfigDef DEFINITION = new ConfigDef();

  static {
    SslConfigs.addClientSslSupport(DEFINITION);
  }

  RegistryTls {
    properties = Map.copyOf(properties);
  }

  /// Those among properties that are about this.
  static RegistryTls of(Map<String, String> all) {
    var own = new HashMap<String, String>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX + "ssl.")) {
            own.put(name.substring(PREFIX.length()), value);
          }
        });
    return new RegistryTls(own);
  }

  /// Whether Java's own trust holds.
  boolean isDefault() {
    return properties.isEmpty();
  }

  /// Gives a client what the properties say, with the files as they are now.
  ///
  /// @throws IllegalStateException with the property, what was found and the fix, without a secret
  void apply(HttpClient.Builder client) {
    if (isDefault()) {
      return;
    }
    for (String name : FILES) {
      String file = properties.get(name);
      if (file != null && !Files.isReadable(Path.of(file))) {
        throw new IllegalStateException(
            PREFIX
                + name
                + ": "
                + file
                + " cannot be read; fix: name a file that the program may read");
      }
    }
    try (var made = new DefaultSslEngineFactory()) {
      Map<String, Object> values = DEFINITION.parse(properties);
      made.configure(values);
      client.sslContext(made.sslContext());
      client.sslParameters(
          new SSLParameters(
              names(values.get(SslConfigs.SSL_CIPHER_SUITES_CONFIG)),
              names(values.get(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG))));
    } catch (KafkaException e) {
      throw new IllegalStateException(
          PREFIX
              + "ssl.*: "
              + words(e)
              + "; fix: give each store its password and its type, JKS, PKCS12 or PEM",
          e);
    }
  }

  /// None where everything is allowed that Java allows.
  private static String @Nullable [] names(@Nullable Object list) {
    return list instanceof List<?> names && !names.isEmpty()
        ? names.stream().map(String::valueOf).toArray(String[]::new)
        : null;
  }

  /// What each of a chain of failures says, where it says more than the one before.
  private static String words(Throwable failure) {
    var words = new StringBuilder();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      String more = each.getMessage();
      boolean isNew = more != null && words.indexOf(more) < 0;
      Throwable cause = each.getCause();
      boolean isOfCause = cause != null && cause.toString().equals(more);
      if (isNew && !isOfCause) {
        words.append(words.isEmpty() ? "" : ": ").append(more);
      }
    }
    return words.isEmpty() ? failure.getClass().getSimpleName() : words.toString();
  }

  /// Only the names.
  @Override
  public String toString() {
    return "RegistryTls" + new TreeMap<>(properties).keySet();
  }
}
