package dev.tandem.spec;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads how the schema registry is reached, by the names of Confluent's serializers. What they
/// know and Tandem does not is passed over, except where it says whom a connection trusts or who
/// calls: then it is an error, since without it the registry would be reached in another way than
/// is meant.
final class RegistryReader {
  private static final String URL = "schema.registry.url";
  private static final String URL_FIX = "write registry: { url: http://host:8081 }";
  private static final Pattern HTTP = Pattern.compile("https?://[^/\\s]+.*");

  private static final String TLS = "schema.registry.ssl.";
  private static final String HOST_NAMES = TLS + "endpoint.identification.algorithm";
  private static final List<String> TLS_KEYS =
      Stream.of(
              "truststore.location",
              "truststore.password",
              "truststore.type",
              "truststore.certificates",
              "keystore.location",
              "keystore.password",
              "keystore.type",
              "keystore.certificate.chain",
              "keystore.key",
              "key.password",
              "protocol",
              "enabled.protocols",
              "cipher.suites",
              "provider",
              "trustmanager.algorithm",
              "keymanager.algorithm",
              "secure.random.implementation",
              "endpoint.identification.algorithm")
          .map(TLS::concat)
          .toList();

  private static final String USER_INFO = "basic.auth.user.info";

  /// Where credentials may come from, by the property that says it.
  private static final Map<String, List<String>> SOURCES =
      Map.of(
          "basic.auth.credentials.source", List.of("USER_INFO", "URL"),
          "schema.registry.basic.auth.credentials.source", List.of("USER_INFO", "URL"),
          "bearer.auth.credentials.source", List.of("STATIC_TOKEN"));

  private final Problems problems;
  private final PropertiesReader properties;

  RegistryReader(Problems problems, PropertiesReader properties) {
    this.problems = problems;
    this.properties = properties;
  }

  RegistrySpec read(Section spec) {
    return spec.required("registry", URL_FIX)
        .map(node -> addressed(Section.open(node, problems)))
        .orElse(new RegistrySpec(Section.MISSING, ClientProperties.NONE));
  }

  private RegistrySpec addressed(Section section) {
    var rest = new HashMap<>(properties.read(section));
    String name = rest.containsKey("url") || !rest.containsKey(URL) ? "url" : URL;
    String url = rest.getOrDefault(name, Section.MISSING);
    rest.remove("url");
    if (!section.isBroken()) {
      section.required(name, URL_FIX);
      if (!isAddress(url)) {
        section.entries().stream()
            .map(Section.Entry::name)
            .filter(key -> key.value().equals(name))
            .forEach(
                key ->
                    key.error(
                        problems, "expected URLs that begin with http:// or https://", URL_FIX));
      }
    }
    for (Section.Entry entry : section.entries()) {
      String value = rest.getOrDefault(entry.name().value(), Section.MISSING);
      if (!value.equals(Section.MISSING)) {
        check(entry.name(), value);
      }
    }
    if (rest.containsValue("USER_INFO")
        && rest.keySet().stream().noneMatch(key -> key.endsWith(USER_INFO))) {
      section.error("'" + USER_INFO + "' is missing", "write it: \"${USER}:${PASSWORD}\"");
    }
    return new RegistrySpec(url, new ClientProperties(rest));
  }

  /// One or more URLs, separated by commas. They may hold a password, so that none is printed.
  private static boolean isAddress(String urls) {
    return urls.equals(Section.MISSING)
        || Arrays.stream(urls.split(",")).map(String::strip).allMatch(RegistryReader::isUrl);
  }

  private static boolean isUrl(String text) {
    try {
      return HTTP.matcher(text).matches() && !new URI(text).isOpaque();
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private void check(Located<String> key, String value) {
    String name = key.value();
    if (name.startsWith("ssl.")) {
      key.error(
          problems,
          "'" + name + "' is a property of Kafka's clients, and not of the registry's",
          "write schema.registry." + name);
    } else if (name.startsWith(TLS) && !TLS_KEYS.contains(name)) {
      key.error(problems, "unknown key '" + name + "'", NearMatch.suggestion(name, TLS_KEYS));
    } else if (name.equals(HOST_NAMES) && !value.toLowerCase(Locale.ROOT).equals("https")) {
      key.error(
          problems,
          "the name in the registry's certificate is always compared with that in its URL",
          "remove it, and give the registry a certificate with the name that the URL has");
    } else if (name.equals("schema.registry.request.timeout.ms")
        && !value.matches("[1-9]\\d{0,8}")) {
      key.error(problems, "expected milliseconds, found '" + value + "'", "write 10000");
    } else if (SOURCES.containsKey(name)
        && !SOURCES.getOrDefault(name, List.of()).contains(value)) {
      key.error(
          problems,
          "credentials of the registry cannot come from '" + value + "'",
          "take one of: " + String.join(", ", SOURCES.getOrDefault(name, List.of())));
    }
  }
}
