package dev.tandem.stack.registry;

import java.util.List;

/// Where the registry keeps its entries, in order.
interface RegistryLog extends AutoCloseable {
  /// Everything kept so far; of entries with the same key at least the last.
  List<RegistryEntry> read();

  /// Returns when the entries are kept.
  void append(List<? extends RegistryEntry> entries);

  @Override
  void close();
}
