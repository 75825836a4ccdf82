package dev.tandem.stack;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/// How the parts of a running stack are reached.
///
/// @param kafka host and port, as `bootstrap.servers` wants them
/// @param registry the base URL of the schema registry
@JsonPropertyOrder({"kafka", "legacy", "target", "registry"})
public record StackAddress(
    String kafka, StoreAddress legacy, StoreAddress target, String registry) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One line: `{"kafka":…,"legacy":{"url":…,"user":…,"password":…},"target":{…},"registry":…}`.
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An address is always JSON", e);
    }
  }

  /// Four lines for people.
  public String text() {
    return """
    kafka     %s
    legacy    %s  (user %s, password %s)
    target    %s  (user %s, password %s)
    registry  %s"""
        .formatted(
            kafka,
            legacy.url(),
            legacy.user(),
            legacy.password(),
            target.url(),
            target.user(),
            target.password(),
            registry);
  }
}
