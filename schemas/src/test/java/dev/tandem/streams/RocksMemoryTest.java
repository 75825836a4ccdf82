package dev.tandem.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class RocksMemoryTest {
  private static final int STORES = 20;
  private static final int VALUE = 1_000;
  private final Random random = new Random(1);
  @TempDir private Path directory;

  @Test
  void shouldNotWriteAStoreOutBecauseOthersHoldMuch() throws RocksDBException {
    try (var options = options(new RocksMemory(64 << 20))) {
      List<RocksDB> stores = new ArrayList<>();
      for (int i = 0; i < STORES; i++) {
        stores.add(RocksDB.open(options, directory.resolve("store-" + i).toString()));
      }
      try {
        for (RocksDB store : stores.subList(0, 4)) {
          put(store, 6_900);
        }
        List<RocksDB> others = stores.subList(4, STORES);
        for (int round = 0; round < 100; round++) {
          for (RocksDB store : others) {
            put(store, 5);
          }
        }
        for (RocksDB store : others) {
          assertThat(writtenOut(store)).isZero();
        }
      } finally {
        stores.forEach(RocksDB::close);
      }
    }
  }

  private static Options options(RocksMemory memory) {
    var options = new Options().setCreateIfMissing(true).setDisableAutoCompactions(true);
    options.setTableFormatConfig(new BlockBasedTableConfig());
    new RocksMemory.Sharing().setConfig("store", options, Map.of(RocksMemory.PROPERTY, memory));
    return options;
  }

  private void put(RocksDB store, int entries) throws RocksDBException {
    for (int i = 0; i < entries; i++) {
      byte[] key = new byte[16];
      random.nextBytes(key);
      store.put(key, new byte[VALUE]);
    }
  }

  private static int writtenOut(RocksDB store) throws RocksDBException {
    return Integer.parseInt(store.getProperty("rocksdb.num-files-at-level0"));
  }
}
