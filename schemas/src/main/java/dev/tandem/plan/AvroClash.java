package dev.tandem.plan;

import dev.tandem.wire.AvroNames;
import java.util.Collection;
import java.util.HashMap;
import java.util.Optional;

/// The rule of names: two tables, or two columns of one table, whose names differ only in what Avro
/// does not allow cannot be told apart in a schema.
final class AvroClash {
  private AvroClash() {}

  /// The first two names that clash, as a message names them.
  static Optional<String> among(Collection<String> names) {
    var seen = new HashMap<String, String>();
    for (String name : names) {
      String earlier = seen.putIfAbsent(AvroNames.clean(name), name);
      if (earlier != null) {
        return Optional.of("'" + earlier + "' and '" + name + "'");
      }
    }
    return Optional.empty();
  }
}
