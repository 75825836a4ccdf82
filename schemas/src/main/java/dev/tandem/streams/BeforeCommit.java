package dev.tandem.streams;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/// A store that keeps nothing: it is how a processor learns that a commit begins, so that what it
/// holds in memory is written once per commit rather than once per record.
///
/// Kafka Streams has no public call for this; what it calls before each commit, within the
/// transaction that is committed, are the caches of the stores. This is such a cache, and stands or
/// falls with Kafka's own: [CachedStateStore] is internal to Kafka 4.3, and a test that commits
/// shows whether it is still called. Not thread-safe, as no store of a task is.
public final class BeforeCommit implements StateStore, CachedStateStore<byte[], byte[]> {
  private final String name;
  private Runnable action = () -> {};
  private boolean open;

  private BeforeCommit(String name) {
    this.name = name;
  }

  public static StoreBuilder<BeforeCommit> store(String name) {
    return new Builder(name);
  }

  /// What is to be done from now on before each commit; it may write to stores.
  public void run(Runnable next) {
    action = next;
  }

  @Override
  public void flushCache() {
    action.run();
  }

  @Override
  public void clearCache() {}

  @Override
  public boolean setFlushListener(CacheFlushListener<byte[], byte[]> listener, boolean sendOld) {
    return false;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (_, _) -> {});
    open = true;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private record Builder(String name) implements StoreBuilder<BeforeCommit> {
    @Override
    public StoreBuilder<BeforeCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException("store " + name + " keeps nothing to log");
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingDisabled() {
      return this;
    }

    @Override
    public BeforeCommit build() {
      return new BeforeCommit(name);
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
