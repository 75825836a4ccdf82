package dev.tandem.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.Snapshot;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SweepProgressTest {
  private static SweepProgress begun() {
    var part = new SweepProgress.Part(KeyRange.ALL, 0, 0, false);
    return new SweepProgress(
        TableId.parse("public.item"), "s", 1, 10, List.of(part), null, 0, false);
  }

  private static SweepProgress with(SweepProgress progress, Snapshot page) {
    return progress.with(0, progress.parts().getFirst(), page);
  }

  @Test
  void shouldTellTheOldestOfSnapshotsWithEqualBoundsWhateverComesFirst() {
    var first = Snapshot.parse("3:7:3,5");
    var second = Snapshot.parse("3:7:3");
    assertThat(with(with(begun(), second), first).oldest()).isEqualTo(first);
    assertThat(with(with(begun(), first), second).oldest()).isEqualTo(first);
  }

  /// Transactions begin and end at will, snapshots are taken in between, and pages come in any
  /// order: what the oldest one saw, every other one saw too.
  @Test
  void shouldKeepASnapshotThatEveryOtherIncludes() {
    for (int seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      var snapshots = taken(random);
      Collections.shuffle(snapshots, random);
      SweepProgress progress = begun();
      for (Snapshot page : snapshots) {
        progress = with(progress, page);
      }
      Snapshot oldest = progress.oldest();
      assertThat(oldest).isNotNull();
      assertThat(snapshots)
          .as("seed %d, oldest %s", seed, oldest)
          .allMatch(page -> oldest != null && page.includes(oldest));
    }
  }

  private static List<Snapshot> taken(Random random) {
    var snapshots = new ArrayList<Snapshot>();
    var running = new TreeSet<Long>();
    long next = 10;
    long completed = 9;
    for (int i = 0; i < 30; i++) {
      switch (random.nextInt(3)) {
        case 0 -> running.add(next++);
        case 1 -> {
          if (!running.isEmpty()) {
            long ended = List.copyOf(running).get(random.nextInt(running.size()));
            running.remove(ended);
            completed = Math.max(completed, ended);
          }
        }
        default -> {
          long xmax = completed + 1;
          var below = running.headSet(xmax);
          long xmin = below.isEmpty() ? xmax : below.first();
          snapshots.add(
              Snapshot.parse(
                  xmin
                      + ":"
                      + xmax
                      + ":"
                      + below.stream().map(String::valueOf).collect(Collectors.joining(","))));
        }
      }
    }
    snapshots.add(Snapshot.parse(next + ":" + next + ":"));
    return snapshots;
  }
}
