package dev.tandem.diff;

import dev.tandem.image.ImageState;
import dev.tandem.image.SortedBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/// Sorted bytes on disk that are gone when it is closed: many rows cost disk and not memory. Not
/// thread-safe.
final class ScratchStore implements AutoCloseable {
  private static final long CACHE = 64L << 20;

  static {
    RocksDB.loadLibrary();
  }

  private final Path directory;
  private final LRUCache cache = new LRUCache(CACHE);
  private final Options options;
  private final WriteOptions writing = new WriteOptions().setDisableWAL(true);
  private final RocksDB database;

  /// @throws IOException if there is no room for it
  ScratchStore() throws IOException {
    directory = Files.createTempDirectory("tandem-diff");
    options =
        new Options()
            .setCreateIfMissing(true)
            .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
    try {
      database = RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      throw new IOException("cannot keep rows in " + directory, e);
    }
  }

  /// An image of its own.
  ///
  /// @param name 0 to 60
  ImageState image(int name) {
    int first = 4 * name;
    return new ImageState(part(first), part(first + 1), part(first + 2), part(first + 3));
  }

  /// @param name 0 to 255: a store of its own
  SortedBytes part(int name) {
    return new Part((byte) name);
  }

  @Override
  public void close() throws IOException {
    database.close();
    writing.close();
    options.close();
    cache.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private final class Part implements SortedBytes {
    private final byte name;

    Part(byte name) {
      this.name = name;
    }

    private byte[] named(byte[] key) {
      byte[] named = new byte[key.length + 1];
      named[0] = name;
      System.arraycopy(key, 0, named, 1, key.length);
      return named;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
      try {
        return database.get(named(key));
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void put(byte[] key, byte[] value) {
      try {
        database.put(writing, named(key), value);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void delete(byte[] key) {
      try {
        database.delete(writing, named(key));
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
      try (var entries = database.newIterator()) {
        for (entries.seek(named(from)); entries.isValid(); entries.next()) {
          byte[] key = entries.key();
          if (key[0] != name
              || !visitor.test(Arrays.copyOfRange(key, 1, key.length), entries.value())) {
            return;
          }
        }
      }
    }

    @Override
    public void scan(byte[] from, byte[] to, BiConsumer<byte[], byte[]> visitor) {
      scan(
          from,
          (key, value) -> {
            if (Arrays.compareUnsigned(key, to) > 0) {
              return false;
            }
            visitor.accept(key, value);
            return true;
          });
    }

    private UncheckedIOException failed(RocksDBException e) {
      return new UncheckedIOException(new IOException("cannot keep rows in " + directory, e));
    }
  }
}
