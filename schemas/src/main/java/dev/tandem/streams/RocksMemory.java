package dev.tandem.streams;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Options;

/// The memory of the RocksDB stores of one application.
///
/// What is read stays in the page cache of the operating system, which the stores map: a cache of
/// blocks beside it would hold them twice, and to look a block up in it costs more than to find it
/// mapped (a read of a random key of 300,000 took 7 µs with it and 4 to 5 without). A program's
/// resident size counts mapped pages, which are given back when something else needs them. What
/// RocksDB itself holds are the write buffers, and of each table file its index and its filter,
/// some 5 bytes for each entry.
///
/// The write buffers have no limit in common: RocksDB would keep it by writing out the buffer of
/// whichever store is written to, however little it holds, while the others keep what they hold.
/// With twenty stores one of them was then written out ten thousand times in five minutes, after
/// every few entries.
///
/// @param bytes a sixteenth of it is the write buffer of one store of one partition; one that is
///     written all the time has two
record RocksMemory(long bytes) {
  static final String PROPERTY = "tandem.rocksdb.memory";

  /// The share of all memory that one write buffer of a store may take. The smaller, the more
  /// tables a read has to look into.
  private static final int SHARE = 16;

  /// Where a write buffer grows by smaller steps, stores that hold little take little.
  private static final long STEP = 64 << 10;

  private static final long SMALLEST = 1 << 20;

  /// Bytes. A read looks through one block and checks its sum.
  private static final long BLOCK = 2 << 10;

  /// The share of a write buffer that says which keys are not in it.
  private static final double FILTER = 0.1;

  /// Gives each store its share. Made by Kafka Streams, which hands the application's properties
  /// in.
  public static final class Sharing implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      var memory =
          (RocksMemory)
              Objects.requireNonNull(configs.get(PROPERTY), "property " + PROPERTY + " is missing");
      var table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setNoBlockCache(true);
      table.setBlockSize(BLOCK);
      table.setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
      options.setTableFormatConfig(table);
      options.setAllowMmapReads(true);
      // Nearly all that is asked for is there: the oldest and largest tables need no filter.
      options.setOptimizeFiltersForHits(true);
      options.setMemtablePrefixBloomSizeRatio(FILTER);
      options.setMemtableWholeKeyFiltering(true);
      options.setWriteBufferSize(Math.max(SMALLEST, memory.bytes / SHARE));
      options.setArenaBlockSize(STEP);
    }

    @Override
    public void close(String store, Options options) {
      // The options hold nothing that was made here.
    }
  }
}
