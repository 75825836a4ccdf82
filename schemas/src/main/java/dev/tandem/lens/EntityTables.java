package dev.tandem.lens;

import dev.tandem.plan.Source;
import dev.tandem.table.Table;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The legacy tables that an entity is made from, as their catalog describes them.
///
/// @param children by source, in the order of the spec
public record EntityTables(Source root, Table rootTable, Map<Source, Table> children) {
  public EntityTables {
    children = Collections.unmodifiableMap(new LinkedHashMap<>(children));
  }

  Optional<Map.Entry<Source, Table>> child(String name) {
    return children.entrySet().stream()
        .filter(child -> child.getKey().name().equals(name))
        .findFirst();
  }
}
