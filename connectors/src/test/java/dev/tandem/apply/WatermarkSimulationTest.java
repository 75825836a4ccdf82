package dev.tandem.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.ContractPosition.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random histories of one partition against an oracle: whenever the watermark moves, the target
/// must be exactly what the outbox shows there, and in the end it must have reached the outbox's
/// end. Wrong rules are run too, and must fail.
class WatermarkSimulationTest {
  private static final long SEED = Long.getLong("seed", 20261123L);
  private static final int RUNS = 3000;

  enum Rule {
    RIGHT,
    /// C3: the newest end in the batch, whatever comes after it.
    NEWEST_END,
    /// C4: markers do not count.
    NO_MARKERS,
    /// C5: what is not beyond the watermark is dropped.
    BY_OUTBOX_OFFSET,
    /// C6: gaps are not seen.
    NO_GAPS
  }

  /// One contract record and what it makes of its key.
  private record Entry(Incoming incoming, int key, String value) {}

  @ParameterizedTest
  @EnumSource(Rule.class)
  void shouldHoldTheTargetEqualToTheOutboxWhereverTheWatermarkMoves(Rule rule) {
    int wrong = 0;
    for (int run = 0; run < RUNS; run++) {
      wrong += new Run(new Random(SEED + run), rule).isWrong() ? 1 : 0;
    }
    if (rule == Rule.RIGHT) {
      assertThat(wrong).as("wrong runs of %s, seed %s", RUNS, SEED).isZero();
    } else {
      assertThat(wrong).as("wrong runs of %s with %s, seed %s", RUNS, rule, SEED).isPositive();
    }
  }

  private static final class Run {
    private final Random random;
    private final Rule rule;
    private final TreeMap<Long, Entry> log = new TreeMap<>();
    private final TreeMap<Long, Map<Integer, String>> legacyAt = new TreeMap<>();
    private final Map<Integer, String> legacy = new HashMap<>();
    private final Map<Integer, String> target = new HashMap<>();
    private Mark mark = Mark.START;
    private long offset;
    private long sequence;
    private long outbox;

    Run(Random random, Rule rule) {
      this.random = random;
      this.rule = rule;
      legacyAt.put(-1L, Map.of());
    }

    boolean isWrong() {
      for (int step = 0; step < 60; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> transaction();
          case 2 -> compact();
          case 3 -> foreignWriteAndRepair();
          default -> {
            if (applyOnce()) {
              return true;
            }
          }
        }
      }
      boolean ended = false;
      while (!ended) {
        if (applyOnce()) {
          return true;
        }
        ended = log.tailMap(mark.contractOffset(), false).isEmpty();
      }
      mark = WatermarkRule.atPosition(mark, offset);
      return !mark.settled() && rule == Rule.RIGHT
          || mark.watermark() != outbox - 1
          || !target.equals(legacy);
    }

    private void transaction() {
      int changes = 1 + random.nextInt(3);
      long end = outbox + changes - 1;
      outbox += changes;
      if (random.nextInt(4) == 0) {
        append(Kind.PROGRESS, -1, "", end, true);
      } else {
        for (int i = 1; i <= changes; i++) {
          int key = random.nextInt(4);
          String value = "v" + outbox + "." + i;
          legacy.put(key, value);
          append(Kind.UPSERT, key, value, end, i == changes);
        }
      }
      legacyAt.put(end, Map.copyOf(legacy));
    }

    private void append(Kind kind, int key, String value, long end, boolean last) {
      var position = new ContractPosition(kind, sequence++, end, last, 1, 0, 0);
      log.put(offset, new Entry(new Incoming(offset, position, null, null), key, value));
      offset += last ? 2 : 1; // a transaction's commit marker takes an offset
    }

    /// Removes any record that a newer one of its key follows, read or not.
    private void compact() {
      var newer = new HashMap<Integer, Long>();
      for (Entry entry : log.descendingMap().values()) {
        newer.putIfAbsent(entry.key(), entry.incoming().offset());
      }
      log.values()
          .removeIf(
              entry ->
                  entry.incoming().offset() < newer.getOrDefault(entry.key(), 0L)
                      && random.nextBoolean());
    }

    private void foreignWriteAndRepair() {
      boolean caughtUp = log.tailMap(mark.contractOffset(), false).isEmpty();
      if (caughtUp && !legacy.isEmpty()) {
        int key = legacy.keySet().iterator().next();
        target.put(key, "foreign");
        append(Kind.UPSERT, key, legacy.getOrDefault(key, ""), outbox - 1, true);
      }
    }

    /// @return whether the oracle objects
    private boolean applyOnce() {
      List<Incoming> batch = new ArrayList<>();
      int size = 1 + random.nextInt(5);
      for (Entry entry : log.tailMap(mark.contractOffset(), false).values()) {
        if (batch.size() < size) {
          batch.add(entry.incoming());
        }
      }
      if (batch.isEmpty()) {
        return false;
      }
      Mark next = next(batch);
      for (Incoming record : batch) {
        Entry entry = log.get(record.offset());
        boolean dropped = rule == Rule.BY_OUTBOX_OFFSET && outboxEnd(record) <= mark.watermark();
        if (entry != null && entry.key() >= 0 && !dropped) {
          target.put(entry.key(), entry.value());
        }
      }
      boolean moved = next.watermark() != mark.watermark();
      mark = next;
      boolean claimed = moved || rule == Rule.RIGHT && mark.settled();
      return claimed && !target.equals(legacyAt.get(mark.watermark()));
    }

    private Mark next(List<Incoming> batch) {
      Incoming newest = batch.getLast();
      Mark right = WatermarkRule.after(mark, batch, () -> offset);
      return switch (rule) {
        case RIGHT, BY_OUTBOX_OFFSET -> right;
        case NEWEST_END -> at(right, ends(batch, true));
        case NO_MARKERS ->
            newest.position() != null && newest.position().kind() == Kind.PROGRESS
                ? at(right, mark.watermark())
                : right;
        case NO_GAPS -> at(right, newest.isEnd() ? outboxEnd(newest) : mark.watermark());
      };
    }

    private long ends(List<Incoming> batch, boolean any) {
      return batch.stream()
          .filter(record -> any && record.isEnd())
          .mapToLong(Run::outboxEnd)
          .max()
          .orElse(mark.watermark());
    }

    private static long outboxEnd(Incoming record) {
      return record.position() == null ? Mark.NONE : record.position().outboxEnd();
    }

    private static Mark at(Mark mark, long watermark) {
      return new Mark(
          mark.contractOffset(), watermark, mark.sequence(), Mark.NONE, Mark.NONE, true);
    }
  }
}
