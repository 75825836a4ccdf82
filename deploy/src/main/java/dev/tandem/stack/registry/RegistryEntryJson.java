package dev.tandem.stack.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.stack.registry.RegistryEntry.Level;
import dev.tandem.stack.registry.RegistryEntry.State;
import dev.tandem.stack.registry.RegistryEntry.Version;
import java.util.Optional;

/// An entry as key and value of the topic `_schemas`, in the shape that registries of this API use.
final class RegistryEntryJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RegistryEntryJson() {}

  static String key(RegistryEntry entry) {
    var key = JSON.createObjectNode();
    switch (entry) {
      case Version version ->
          key.put("keytype", "SCHEMA")
              .put("subject", version.subject())
              .put("version", version.version())
              .put("magic", 1);
      case Level level ->
          key.put("keytype", "CONFIG").put("subject", level.subject().orElse(null)).put("magic", 0);
    }
    return key.toString();
  }

  static String value(RegistryEntry entry) {
    var value = JSON.createObjectNode();
    switch (entry) {
      case Version version ->
          value
              .put("subject", version.subject())
              .put("version", version.version())
              .put("id", version.id())
              .put("schema", version.schema())
              .put("deleted", version.state() != State.LISTED)
              .put("erased", version.state() == State.ERASED);
      case Level level ->
          value
              .put("subject", level.subject().orElse(null))
              .put("compatibilityLevel", level.level().name());
    }
    return value.toString();
  }

  /// The entry, or nothing where the record is of a kind that this registry does not keep.
  static Optional<RegistryEntry> entry(String key, String value) {
    try {
      var fields = JSON.readTree(value);
      return switch (JSON.readTree(key).path("keytype").asText()) {
        case "SCHEMA" -> Optional.of(version(fields));
        case "CONFIG" -> Optional.of(level(fields));
        default -> Optional.empty();
      };
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "The topic _schemas holds a record that is not JSON, with the key " + key, e);
    }
  }

  private static Version version(JsonNode fields) {
    var state =
        fields.path("erased").asBoolean()
            ? State.ERASED
            : fields.path("deleted").asBoolean() ? State.DELETED : State.LISTED;
    return new Version(
        fields.path("subject").asText(),
        fields.path("version").asInt(),
        fields.path("id").asInt(),
        fields.path("schema").asText(),
        state);
  }

  private static Level level(JsonNode fields) {
    var name = fields.path("compatibilityLevel").asText();
    var subject = fields.path("subject");
    return new Level(
        subject.isTextual() ? Optional.of(subject.asText()) : Optional.empty(),
        CompatibilityLevel.named(name)
            .orElseThrow(() -> new IllegalStateException("No compatibility level: " + name)));
  }
}
