package dev.tandem.streams;

import dev.tandem.image.SortedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// A Kafka Streams store as [SortedBytes].
public final class StoreBytes implements SortedBytes {
  private final KeyValueStore<Bytes, byte[]> store;

  public StoreBytes(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    return store.get(Bytes.wrap(key));
  }

  @Override
  public void put(byte[] key, byte[] value) {
    store.put(Bytes.wrap(key), value);
  }

  @Override
  public void delete(byte[] key) {
    store.delete(Bytes.wrap(key));
  }

  @Override
  @SuppressWarnings("NullAway") // a deletion has no value by the store's contract
  public void putAll(List<Entry> entries) {
    List<KeyValue<Bytes, byte[]>> all = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      all.add(KeyValue.pair(Bytes.wrap(entry.key()), entry.value()));
    }
    store.putAll(all);
  }

  @Override
  @SuppressWarnings("NullAway") // an open end is null by the store's contract
  public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
    try (var entries = store.range(Bytes.wrap(from), null)) {
      while (entries.hasNext()) {
        var entry = entries.next();
        if (!visitor.test(entry.key.get(), entry.value)) {
          return;
        }
      }
    }
  }

  @Override
  public void scan(byte[] from, byte[] to, BiConsumer<byte[], byte[]> visitor) {
    try (var entries = store.range(Bytes.wrap(from), Bytes.wrap(to))) {
      entries.forEachRemaining(entry -> visitor.accept(entry.key.get(), entry.value));
    }
  }
}
