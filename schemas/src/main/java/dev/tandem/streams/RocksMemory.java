package dev.tandem.streams;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// The memory that all RocksDB stores of one application share: blocks, indexes, filters and write
/// buffers. It outlives the stores; close it after the application.
///
/// Source: Apache Kafka documentation, "Memory Management", "RocksDB".
final class RocksMemory implements AutoCloseable {
  static final String PROPERTY = "tandem.rocksdb.memory";

  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache;
  private final WriteBufferManager writeBuffers;

  RocksMemory(long bytes) {
    cache = new LRUCache(bytes, -1, false, 0.1);
    writeBuffers = new WriteBufferManager(bytes / 2, cache);
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /// Gives each store its share. Made by Kafka Streams, which hands the application's properties
  /// in.
  public static final class Sharing implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      var memory =
          (RocksMemory)
              Objects.requireNonNull(configs.get(PROPERTY), "property " + PROPERTY + " is missing");
      var table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(memory.cache);
      table.setCacheIndexAndFilterBlocks(true);
      table.setCacheIndexAndFilterBlocksWithHighPriority(true);
      table.setPinTopLevelIndexAndFilter(true);
      options.setTableFormatConfig(table);
      options.setWriteBufferManager(memory.writeBuffers);
    }

    @Override
    public void close(String store, Options options) {
      // What the stores share outlives them.
    }
  }
}
