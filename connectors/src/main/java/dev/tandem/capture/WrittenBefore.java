package dev.tandem.capture;

import java.util.Set;
import java.util.TreeSet;

/// What a capture's notes tell of what it has written, by their keys alone.
///
/// @param domains that it has written changes of, as [dev.tandem.wire.Topics#name] says them
/// @param tables that it has begun to sweep, as SQL
public record WrittenBefore(Set<String> domains, Set<String> tables) {
  public WrittenBefore {
    domains = Set.copyOf(domains);
    tables = Set.copyOf(tables);
  }

  static WrittenBefore of(Iterable<String> keys) {
    var domains = new TreeSet<String>();
    var tables = new TreeSet<String>();
    for (String key : keys) {
      if (key.startsWith(StateCodec.WRITTEN)) {
        domains.add(key.substring(StateCodec.WRITTEN.length(), key.lastIndexOf('/')));
      } else if (key.startsWith(StateCodec.SWEEP)) {
        tables.add(key.substring(StateCodec.SWEEP.length()));
      }
    }
    return new WrittenBefore(domains, tables);
  }
}
