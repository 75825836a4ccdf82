package dev.tandem.table;

import java.util.Collection;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The tables of one database, as far as they were asked for.
public interface Catalog {
  Optional<Table> table(TableId id);

  static Catalog of(Collection<Table> tables) {
    var byId =
        tables.stream().collect(Collectors.toUnmodifiableMap(Table::id, Function.identity()));
    return id -> Optional.ofNullable(byId.get(id));
  }
}
