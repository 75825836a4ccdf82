package dev.tandem.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random legacy histories with transactions, sweeps, truth that becomes visible late, repairs,
/// restarts and crashes at any place. After every record that moves the watermark the contract must
/// be what the legacy store was at that position.
class SimulationTest {
  private static final int RUNS = Integer.getInteger("tandem.simulations", 1000);

  @Test
  void shouldShowTheLegacyStoreAtEveryWatermark() {
    Long given = Long.getLong("tandem.seed");
    long first = given == null ? System.nanoTime() % 1_000_000_000 : given;
    int runs = given == null ? RUNS : 1;
    int judged = 0;
    for (long seed = first; seed < first + runs; seed++) {
      var run = new Run(seed);
      try {
        run.play();
      } catch (Throwable failure) {
        throw new AssertionError("fails with -Dtandem.seed=" + seed, failure);
      }
      judged += run.judged;
    }
    assertThat(judged).isGreaterThan(runs * 10);
  }

  /// A page that was read and not delivered yet.
  private record Page(TableId table, Snapshot snapshot, List<Row> rows) {}

  private static final class Run {
    private final Random random;
    private final LegacyShop legacy;
    private final Partition partition;
    private final Queue<Change> log = new ArrayDeque<>();
    private final List<Page> pages = new ArrayList<>();
    private final Map<String, String> contract = new TreeMap<>();
    private final Map<String, byte[]> keys = new TreeMap<>();
    private @Nullable Map<String, @Nullable String> expected;

    /// What the store was before the transaction in the log, and where that one ends once it is
    // read.
    private Map<String, @Nullable String> before = Map.of();

    private long latestEnd = -1;
    private long sequence;
    int judged;

    Run(long seed) {
      random = new Random(seed);
      legacy = new LegacyShop(random);
      partition = new Partition(1 + random.nextInt(10));
    }

    void play() {
      int baselineAt = random.nextInt(20);
      for (int i = 0; i < 120; i++) {
        if (i == baselineAt) {
          for (TableId table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER)) {
            read(table, 0, 6);
            read(table, 6, 12);
          }
        }
        if (i == baselineAt + 15) {
          deliverAll();
          partition.baselines();
        }
        act();
      }
      deliverAll();
      while (!log.isEmpty()) {
        next();
      }
      for (int i = 0; i < 50; i++) {
        partition.save();
        partition.tick();
      }
      take();
      assertThat(contract).isEqualTo(mended(legacy.contract()));
    }

    private void act() {
      switch (random.nextInt(13)) {
        case 0, 1 -> legacy.begin();
        case 2, 3 -> commit();
        case 4, 5 -> legacy.show();
        case 6 ->
            read(List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER).get(random.nextInt(3)), 0, 12);
        case 7 -> deliver();
        case 8 -> partition.restart();
        case 9 -> {
          if (random.nextBoolean()) {
            partition.tick();
          } else {
            partition.feed(Marker.pause(1, 5));
          }
        }
        case 10 -> repair();
        case 11 -> partition.crash();
        default -> horizon();
      }
      take();
      for (int i = random.nextInt(4); i > 0 && !log.isEmpty(); i--) {
        next();
      }
    }

    /// One transaction is in the log at a time, so that the legacy store is what it ends with.
    private void commit() {
      while (!log.isEmpty()) {
        next();
      }
      before = legacy.contract();
      log.addAll(legacy.commit());
      expected = null;
    }

    private void next() {
      Change record = log.remove();
      if (log.isEmpty()) {
        latestEnd = partition.offset() + 1;
      }
      partition.feed(record);
      take();
    }

    private void read(TableId table, int from, int to) {
      pages.add(new Page(table, legacy.snapshot(), legacy.page(table, from, to)));
    }

    private void deliver() {
      if (!pages.isEmpty()) {
        deliver(pages.remove(random.nextInt(pages.size())));
      }
    }

    private void deliverAll() {
      while (!pages.isEmpty()) {
        deliver(pages.removeFirst());
      }
    }

    /// A page is delivered once capture has passed what it saw; then it may stand anywhere.
    private void deliver(Page page) {
      while (log.size() > 1 && random.nextBoolean()) {
        next();
      }
      for (Row row : page.rows) {
        partition.swept(page.snapshot, row);
        take();
        if (random.nextInt(4) == 0 && !log.isEmpty()) {
          next();
        }
      }
    }

    private void repair() {
      if (!keys.isEmpty()) {
        partition.repair(List.copyOf(keys.values()).get(random.nextInt(keys.size())));
      }
    }

    private void horizon() {
      Snapshot oldest =
          pages.stream()
              .map(Page::snapshot)
              .min(java.util.Comparator.comparingLong(Snapshot::xmin))
              .orElseGet(legacy::snapshot);
      partition.marker(Kind.HORIZON, null, oldest);
    }

    private void take() {
      for (Partition.Out out : partition.take()) {
        ContractPosition position = out.position();
        assertThat(position.sequence()).isEqualTo(sequence++);
        switch (position.kind()) {
          case UPSERT -> {
            keys.put(out.key(), out.keyBytes());
            contract.put(out.key(), java.util.Objects.requireNonNull(out.value()));
          }
          case DELETE -> contract.remove(out.key());
          case PROGRESS -> assertThat(position.last()).isTrue();
        }
        if (position.last()) {
          judge(position.outboxEnd());
        }
      }
    }

    /// What is left of a large transaction is forwarded when the next one begins.
    private void judge(long end) {
      if (log.isEmpty() && end < latestEnd) {
        assertThat(contract).isEqualTo(mended(before));
      } else if (log.isEmpty()) {
        if (expected == null) {
          expected = legacy.contract();
        }
        judged++;
        assertThat(contract).isEqualTo(mended(expected));
      }
    }

    /// What cannot be translated leaves its record as it was.
    private Map<String, String> mended(Map<String, @Nullable String> wanted) {
      var mended = new TreeMap<String, String>();
      wanted.forEach(
          (key, value) -> {
            if (value != null) {
              mended.put(key, value);
            } else if (contract.containsKey(key)) {
              mended.put(key, contract.get(key));
            }
          });
      return mended;
    }
  }
}
