package dev.tandem.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.evolution.Club;
import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import dev.tandem.table.Carrier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptRowsTest {
  @TempDir private Path folder;
  private final ImageState state = MemoryBytes.image();

  /// The key of a member's aggregate; its root is source 0, its payments are source 1.
  private static StateKey member(int no) {
    var out = new ByteSink();
    out.put(0);
    out.put(0);
    RowKeys.append(out, Carrier.INT, no);
    return new StateKey(out.toByteArray());
  }

  private static StateKey root(int no) {
    return member(no).with(Use.ROOT);
  }

  private static StateKey payment(int no, int seq) {
    var out = new ByteSink();
    out.putRaw(member(no).with(1).bytes());
    RowKeys.append(out, Carrier.INT, no);
    RowKeys.append(out, Carrier.INT, seq);
    return new StateKey(out.toByteArray());
  }

  private KeptRows rows() throws Exception {
    return new KeptRows(TableUses.ofLegacy(Club.plan(folder)), state);
  }

  private static Kept row(long xid, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) xid;
    return new Kept(new Provenance.ByChange(1, xid), null, bytes);
  }

  private static Kept gone(long xid) {
    return new Kept(new Provenance.ByChange(1, xid), null, null);
  }

  private static String text(Kept kept) {
    return kept.provenance() + " " + (kept.row() == null ? "gone" : kept.row().length);
  }

  @Test
  void shouldKeepTheRowsOfAnAggregateTogether() throws Exception {
    KeptRows rows = rows();
    rows.put(member(1), root(1), row(1, 100));
    for (int seq = 0; seq < 9; seq++) {
      rows.put(member(1), payment(1, seq), row(2, 50));
    }
    rows.flush();
    assertThat(((MemoryBytes) state.rows()).size()).isOne();
    assertThat(rows().get(member(1), payment(1, 8))).isNotNull();
  }

  @Test
  void shouldSpreadTheRowsOfALargeAggregate() throws Exception {
    KeptRows rows = rows();
    rows.put(member(1), root(1), row(1, 100));
    for (int seq = 0; seq < 300; seq++) {
      rows.put(member(1), payment(1, seq), row(2, 50));
    }
    rows.flush();
    assertThat(((MemoryBytes) state.rows()).size()).isEqualTo(302);
    assertThat(rows().get(member(1), payment(1, 299))).isNotNull();
  }

  @Test
  void shouldGoOnAsAnOlderProgramBegan() throws Exception {
    state.rows().put(root(1).bytes(), row(1, 100).encode(new ByteSink()));
    state.rows().put(payment(1, 1).bytes(), row(1, 50).encode(new ByteSink()));
    KeptRows rows = rows();
    rows.put(member(1), payment(1, 2), row(2, 50));
    rows.flush();
    assertThat(visited(rows(), 1)).hasSize(3);
    assertThat(((MemoryBytes) state.rows()).size()).isEqualTo(3);
  }

  @Test
  void shouldBeWhatWasPutWhateverStandsTogetherAndWhenItIsSaved() throws Exception {
    for (long seed = 0; seed < 12; seed++) {
      MemoryBytes.restore(state, MemoryBytes.image());
      if (seed % 4 == 0) { // As an older program began it.
        state.rows().put(root(99).bytes(), row(1, 9).encode(new ByteSink()));
      }
      follow(new Random(seed));
    }
  }

  private void follow(Random random) throws Exception {
    var expected = new TreeMap<StateKey, String>();
    KeptRows rows = rows();
    rows.scan(
        new byte[0],
        (key, kept) -> {
          expected.put(key, text(kept));
          return true;
        });
    // Horizons forget what was deleted before them, so deletions come in the order of their ids.
    for (int xid = 1; xid < 600; xid++) {
      int no = random.nextInt(4);
      StateKey aggregate = member(no);
      StateKey key = random.nextInt(5) == 0 ? root(no) : payment(no, random.nextInt(3 + no * 40));
      switch (random.nextInt(20)) {
        case 0 -> rows.flush();
        case 1 -> {
          rows.flush();
          rows = rows();
        }
        case 2 -> {
          rows.forget(1, new Snapshot(xid, xid, new long[0]));
          expected.values().removeIf(text -> text.endsWith("gone"));
        }
        case 3, 4, 5 -> {
          rows.putDeleted(aggregate, key, gone(xid));
          expected.put(key, text(gone(xid)));
        }
        default -> {
          Kept kept = row(xid, 1 + random.nextInt(200));
          rows.put(aggregate, key, kept);
          expected.put(key, text(kept));
        }
      }
      Kept found = rows.get(aggregate, key);
      assertThat(found == null ? null : text(found)).isEqualTo(expected.get(key));
      assertThat(visited(rows, no))
          .isEqualTo(expected.subMap(aggregate.with(0), aggregate.with(0xFF)));
    }
    var all = new TreeMap<StateKey, String>();
    rows.scan(
        new byte[0],
        (key, kept) -> {
          assertThat(all.isEmpty() || all.lastKey().compareTo(key) < 0).as("in order").isTrue();
          all.put(key, text(kept));
          return true;
        });
    assertThat(all).isEqualTo(expected);
    var few = new TreeMap<StateKey, String>();
    rows.scan(
        member(0).with(0xFF).bytes(),
        (key, kept) -> {
          few.put(key, text(kept));
          return few.size() < 3;
        });
    assertThat(few.size()).isEqualTo(Math.min(3, expected.tailMap(member(0).with(0xFF)).size()));
  }

  private static Map<StateKey, String> visited(KeptRows rows, int no) {
    var visited = new TreeMap<StateKey, String>();
    rows.ofAggregate(member(no), (key, kept) -> visited.put(key, text(kept)));
    return visited;
  }
}
