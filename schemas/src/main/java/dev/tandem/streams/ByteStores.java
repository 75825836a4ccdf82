package dev.tandem.streams;

import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Logged stores of bytes, not cached: the rules themselves write an entry once per commit.
public final class ByteStores {
  private ByteStores() {}

  /// On disk.
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> large(String name) {
    return store(Stores.persistentKeyValueStore(name));
  }

  /// In memory.
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> small(String name) {
    return store(Stores.inMemoryKeyValueStore(name));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> store(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingEnabled(Map.of())
        .withCachingDisabled();
  }
}
