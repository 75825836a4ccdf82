package dev.tandem.spec;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Reads properties that pass through to clients; those that Tandem sets itself are errors.
///
/// @param variables what their values take from outside
record PropertiesReader(Problems problems, Variables variables) {
  /// Client properties that decide whether Tandem's guarantees hold.
  private static final Set<String> OWN =
      Set.of(
          "transactional.id",
          "transaction.timeout.ms",
          "group.id",
          "application.id",
          "processing.guarantee",
          "isolation.level",
          "enable.auto.commit",
          "enable.idempotence",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  Map<String, String> read(Section section) {
    var properties = new HashMap<String, String>();
    for (Section.Entry entry : section.entries()) {
      String key = entry.name().value();
      if (OWN.contains(key)) {
        entry
            .name()
            .error(problems, "'" + key + "' is set by Tandem itself", "remove it from the spec");
        continue;
      }
      Section.scalar(entry.value(), problems)
          .ifPresent(raw -> properties.put(key, variables.resolved(raw, problems).value()));
    }
    return properties;
  }
}
