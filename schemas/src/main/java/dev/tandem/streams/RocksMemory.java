package dev.tandem.streams;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/// The memory of the RocksDB stores of one application: blocks, indexes and filters share one
/// cache; each store has write buffers of its own, small ones, whose memory is taken from that
/// cache as far as it lasts. It outlives the stores; close it after the application.
///
/// The write buffers have no limit in common: RocksDB would keep it by writing out the buffer of
/// whichever store is written to, however little it holds, while the others keep what they hold.
/// With twenty stores one of them was then written out ten thousand times in five minutes, after
/// every few entries.
///
/// Source: Apache Kafka documentation, "Memory Management", "RocksDB".
final class RocksMemory implements AutoCloseable {
  static final String PROPERTY = "tandem.rocksdb.memory";

  /// The share of all memory that one write buffer of a store may take.
  private static final int SHARE = 32;

  /// Where a write buffer grows by smaller steps, stores that hold little take little.
  private static final long STEP = 64 << 10;

  private static final long SMALLEST = 1 << 20;

  /// The share of a write buffer that says which keys are not in it.
  private static final double FILTER = 0.1;

  static {
    RocksDB.loadLibrary();
  }

  private final LRUCache cache;
  private final WriteBufferManager writeBuffers;
  private final long writeBuffer;

  RocksMemory(long bytes) {
    cache = new LRUCache(bytes, -1, false, 0.1);
    writeBuffers = new WriteBufferManager(0, cache);
    writeBuffer = Math.max(SMALLEST, bytes / SHARE);
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
      table.setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
      options.setTableFormatConfig(table);
      options.setMemtablePrefixBloomSizeRatio(FILTER);
      options.setMemtableWholeKeyFiltering(true);
      options.setWriteBufferManager(memory.writeBuffers);
      options.setWriteBufferSize(memory.writeBuffer);
      options.setArenaBlockSize(STEP);
    }

    @Override
    public void close(String store, Options options) {
      // What the stores share outlives them.
    }
  }
}
