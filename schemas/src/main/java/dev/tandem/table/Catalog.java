package dev.tandem.table;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The tables of one database, as far as they were asked for.
public interface Catalog {
  Optional<Table> table(TableId id);

  /// Every table that the catalog knows of, be it by name alone: what was perhaps meant.
  default Collection<TableId> names() {
    return List.of();
  }

  static Catalog of(Collection<Table> tables) {
    var byId =
        tables.stream().collect(Collectors.toUnmodifiableMap(Table::id, Function.identity()));
    return new Catalog() {
      @Override
      public Optional<Table> table(TableId id) {
        return Optional.ofNullable(byId.get(id));
      }

      @Override
      public Collection<TableId> names() {
        return byId.keySet();
      }
    };
  }
}
