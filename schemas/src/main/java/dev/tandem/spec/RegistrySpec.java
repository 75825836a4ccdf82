package dev.tandem.spec;

import java.util.HashMap;
import java.util.Map;

/// How the schema registry is reached.
///
/// @param url of one or more servers, separated by commas
/// @param properties with the names of the Confluent serializers
public record RegistrySpec(String url, ClientProperties properties) {
  /// The properties with the URL among them, as serializers take them.
  public Map<String, String> all() {
    var all = new HashMap<>(properties.values());
    all.put("schema.registry.url", url);
    return all;
  }
}
