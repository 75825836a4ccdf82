package dev.tandem.spec;

import java.util.Map;
import java.util.TreeMap;

/// Properties that pass through to a client as they are. Any of them may be a secret, so only their
/// names print.
public record ClientProperties(Map<String, String> values) {
  public static final ClientProperties NONE = new ClientProperties(Map.of());

  public ClientProperties {
    values = Map.copyOf(values);
  }

  @Override
  public String toString() {
    return new TreeMap<>(values).keySet().toString();
  }
}
