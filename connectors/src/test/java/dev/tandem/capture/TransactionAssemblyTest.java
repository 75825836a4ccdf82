package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TransactionAssemblyTest {
  private static final TableId T = new TableId("public", "t");
  private static final RowSchema ROWS =
      new RowSchema(T, List.of(new RowSchema.Field("id", Carrier.INT, false)));
  private static final int PARTITIONS = 2;
  private static final String PAUSE = "pause ";
  private static final int WHOLE =
      TransactionAssembly.PAUSES
          + TransactionAssembly.LARGE / TransactionAssembly.CHANGES_PER_PAUSE;

  /// Log positions whose change the outbox cannot take.
  private final Set<Long> unfit = new HashSet<>();

  /// Log positions whose dead letter is one too many.
  private final Set<Long> tooMany = new HashSet<>();

  /// Records are their change's text, `*` at the end where they are marked.
  private final class Text implements TransactionAssembly.Encoder {
    @Override
    public byte[] encode(
        Routing.Target.Outbox target, CapturedChange change, ChangePosition position)
        throws UnfitException {
      if (unfit.contains(position.lsn().value())) {
        throw new UnfitException("too large");
      }
      return text(change, position);
    }

    @Override
    public byte @Nullable [] letter(
        Routing.Target.Refused target, CapturedChange change, ChangePosition position) {
      return tooMany.contains(position.lsn().value()) ? null : text(change, position);
    }

    private byte[] text(CapturedChange change, ChangePosition position) {
      return (change.xid() + ":" + position.lsn().value() + "." + position.ordinal() + " ")
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] remnant(
        Routing.Target.Outbox target, CapturedChange change, ChangePosition position) {
      return ("part of " + change.xid() + ":" + position.lsn().value() + " ")
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void markLast(byte[] record) {
      record[record.length - 1] = '*';
    }

    @Override
    public byte @Nullable [] pause(int strand) {
      return strand < PARTITIONS ? PAUSE.getBytes(StandardCharsets.UTF_8) : null;
    }
  }

  private final Routing routing = routing();
  private final CaptureState state = new CaptureState();
  private final List<List<String>> written =
      List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

  @Test
  void shouldMarkOnlyTheLastOfATransaction() {
    var assembly = assembly(0);
    int id = idOf(0);
    insert(assembly, 700, 1, id);
    insert(assembly, 700, 2, id);
    assembly.end(new Lsn(10), this::write);
    insert(assembly, 701, 11, id);
    assembly.end(new Lsn(20), this::write);
    assertThat(written.get(0)).containsExactly("700:1.0 ", "700:2.0*", "701:11.0*");
  }

  @Test
  void shouldNumberTheRecordsOfOneLogPosition() {
    var assembly = assembly(0);
    for (int i = 0; i < 3; i++) {
      insert(assembly, 700, 5, idOf(0));
    }
    assembly.end(new Lsn(10), this::write);
    assertThat(written.get(0)).containsExactly("700:5.0 ", "700:5.1 ", "700:5.2*");
  }

  /// So that what an earlier program wrote of the first record is not taken for all of it.
  @Test
  void shouldPlaceAChangeThatIsTwoRecordsOfTheLogWhereTheSecondIs() {
    var assembly = assembly(0);
    insert(assembly, 700, 5, idOf(0));
    Row row = new Row(ROWS, new Object[] {idOf(0)});
    assembly.change(change(700, 5, idOf(0)).asUpdate(row, row), this::write);
    insert(assembly, 700, 5, idOf(0));
    assembly.change(change(700, 6, idOf(0)).asUpdate(row, row), this::write);
    assembly.end(new Lsn(10), this::write);
    assertThat(written.get(0)).containsExactly("700:5.0 ", "700:5.2 ", "700:5.3 ", "700:6.1*");
  }

  @Test
  void shouldGiveTimeBehindALargeTransactionInEachStrandThatItIsLargeIn() {
    var assembly = assembly(0);
    insert(assembly, 700, 1, idOf(1));
    for (int i = 0; i <= TransactionAssembly.LARGE; i++) {
      insert(assembly, 700, 2 + i, idOf(0));
    }
    assembly.end(new Lsn(100_000), this::write);
    assertThat(written.get(0)).hasSize(TransactionAssembly.LARGE + 1 + WHOLE);
    assertThat(written.get(0).get(TransactionAssembly.LARGE)).isEqualTo("700:20002.0*");
    assertThat(written.get(0).subList(TransactionAssembly.LARGE + 1, written.get(0).size()))
        .containsOnly(PAUSE);
    assertThat(written.get(1)).containsExactly("700:1.0*");
    insert(assembly, 701, 100_001, idOf(0));
    assembly.end(new Lsn(100_010), this::write);
    assertThat(written.get(0)).last().isEqualTo("701:100001.0*");
  }

  @Test
  void shouldGiveAsMuchTimeWhereATransactionIsReadAgainThatWasWrittenInPart() {
    var cut = assembly(0);
    int changes = TransactionAssembly.LARGE + 1;
    for (int i = 0; i < changes - 1; i++) {
      insert(cut, 700, 2 + i, idOf(0));
    }
    cut.written().forEach(state::apply);
    written.get(0).clear();
    var again = assembly(0);
    for (int i = 0; i < changes; i++) {
      insert(again, 700, 2 + i, idOf(0));
    }
    again.end(new Lsn(100_000), this::write);
    assertThat(written.get(0)).hasSize(2 + WHOLE).endsWith(PAUSE);
    written.get(0).clear();
    again.written().forEach(state::apply);
    var whole = assembly(0);
    for (int i = 0; i < changes; i++) {
      insert(whole, 700, 2 + i, idOf(0));
    }
    whole.end(new Lsn(100_000), this::write);
    assertThat(written.get(0)).as("written before").isEmpty();
  }

  /// A truncation is one change, and takes away who knows how many rows.
  @Test
  void shouldGiveTimeBehindATruncation() {
    var assembly = assembly(0);
    assembly.change(
        new CapturedChange(Op.TRUNCATE, 700, new Lsn(1), 0, ROWS, null, null), this::write);
    assembly.end(new Lsn(2), this::write);
    for (int partition = 0; partition < PARTITIONS; partition++) {
      assertThat(written.get(partition))
          .hasSize(1 + 2 * TransactionAssembly.PAUSES)
          .endsWith(PAUSE);
    }
  }

  /// C7: partition 0 holds one record back, partition 1 has been written further; then it is cut.
  @Test
  void shouldNotCountARecordHeldBackAsWritten_C7() {
    var cut = assembly(0);
    insert(cut, 700, 5, idOf(0));
    for (int lsn = 6; lsn <= 9; lsn++) {
      insert(cut, 700, lsn, idOf(1));
    }
    cut.written().forEach(state::apply);
    assertThat(state.written("d/0")).isNull();
    var again = assembly(0);
    insert(again, 700, 5, idOf(0));
    for (int lsn = 6; lsn <= 9; lsn++) {
      insert(again, 700, lsn, idOf(1));
    }
    again.end(new Lsn(10), this::write);
    assertThat(written.get(0)).containsExactly("700:5.0*");
    assertThat(written.get(1)).containsExactly("700:6.0 ", "700:7.0 ", "700:8.0 ", "700:9.0*");
  }

  @Test
  void shouldWriteWhatItCanOfAChangeThatItParks() {
    unfit.addAll(List.of(3L, 12L));
    var assembly = assembly(0);
    for (int lsn = 1; lsn <= 3; lsn++) {
      insert(assembly, 700, lsn, idOf(0));
    }
    assembly.end(new Lsn(10), this::write);
    insert(assembly, 701, 12, idOf(0));
    assembly.end(new Lsn(20), this::write);
    assertThat(written.get(0))
        .containsExactly("700:1.0 ", "700:2.0 ", "part of 700:3*", "part of 701:12*");
    assertThat(written.get(2)).containsExactly("700:3.0 ", "701:12.0 ");
  }

  @Test
  void shouldWriteWhatItCanOfAChangeWhoseLetterIsOneTooMany() {
    unfit.addAll(List.of(1L, 2L));
    tooMany.add(2L);
    var assembly = assembly(0);
    insert(assembly, 700, 1, idOf(0));
    insert(assembly, 700, 2, idOf(0));
    assembly.end(new Lsn(10), this::write);
    assertThat(written.get(0)).containsExactly("part of 700:1 ", "part of 700:2*");
    assertThat(written.get(2)).containsExactly("700:1.0 ");
  }

  /// What is left of a parked change is held back as any other.
  @Test
  void shouldParkOnceWhatIsReadAgain() {
    unfit.add(2L);
    var cut = assembly(0);
    insert(cut, 700, 1, idOf(0));
    insert(cut, 700, 2, idOf(0));
    cut.written().forEach(state::apply);
    assertThat(state.written("d/0"))
        .isNotNull()
        .extracting(ChangePosition::lsn)
        .isEqualTo(new Lsn(1));
    var again = assembly(0);
    insert(again, 700, 1, idOf(0));
    insert(again, 700, 2, idOf(0));
    again.end(new Lsn(10), this::write);
    assertThat(written.get(0)).containsExactly("700:1.0 ", "part of 700:2*");
    assertThat(written.get(2)).containsExactly("700:2.0 ");
  }

  /// C14: a lossy failover; the new server's log positions and transaction ids start again lower.
  @Test
  void shouldTakeWhatStartsAgainLowerInANewEpoch_C14() {
    var old = assembly(0);
    insert(old, 1005, 500, idOf(0));
    old.end(new Lsn(510), this::write);
    old.written().forEach(state::apply);
    var server = new dev.tandem.postgres.ServerIdentity("1", 2, "legacy");
    state.apply(new CaptureState.Note.Source(server, 2, null));
    var renewed = assembly(100);
    insert(renewed, 1001, 110, idOf(0));
    renewed.end(new Lsn(120), this::write);
    assertThat(written.get(0)).containsExactly("1005:500.0*", "1001:110.0*");
  }

  @Test
  void shouldWriteEachChangeOnceWhereverItIsCut() {
    unfit.addAll(List.of(4L, 12L, 13L));
    long seed = System.nanoTime();
    for (int run = 0; run < 500; run++) {
      written.forEach(List::clear);
      var random = new Random(seed + run);
      var fresh = new CaptureState();
      List<long[]> log = log(random);
      int confirmed = 0;
      for (int attempt = 0; attempt < 4; attempt++) {
        var assembly = new TransactionAssembly(routing, new Text(), fresh, new Lsn(confirmed));
        int stop = attempt == 3 ? log.size() : random.nextInt(log.size() + 1);
        int end = confirmed;
        for (int i = 0; i < stop; i++) {
          long[] event = log.get(i);
          if (event[3] <= confirmed) {
            continue;
          }
          if (event[2] < 0) {
            assembly.end(new Lsn(event[1]), this::write);
            end = (int) event[1];
          } else {
            insert(assembly, event[0], event[1], (int) event[2]);
          }
        }
        assembly.written().forEach(fresh::apply);
        confirmed = random.nextBoolean() ? end : confirmed;
      }
      assertThat(written).as("seed %s", seed + run).isEqualTo(once(log));
    }
  }

  /// Events of transactions: xid, lsn, id or -1 at the end, end of its transaction.
  private static List<long[]> log(Random random) {
    var log = new ArrayList<long[]>();
    long lsn = 0;
    for (long xid = 700; xid < 706; xid++) {
      int size = 1 + random.nextInt(5);
      long end = lsn + 10;
      for (int i = 0; i < size; i++) {
        log.add(new long[] {xid, lsn + 1 + i / 2, random.nextInt(20), end});
      }
      log.add(new long[] {xid, end, -1, end});
      lsn = end;
    }
    return log;
  }

  private List<List<String>> once(List<long[]> log) {
    var all = new ArrayList<List<String>>();
    var kept = List.of(new ArrayList<String>(), new ArrayList<String>(), new ArrayList<String>());
    var assembly = new TransactionAssembly(routing, new Text(), new CaptureState(), Lsn.ZERO);
    for (long[] event : log) {
      TransactionAssembly.Outlet outlet =
          (strand, record) -> kept.get(strand).add(new String(record, StandardCharsets.UTF_8));
      if (event[2] < 0) {
        assembly.end(new Lsn(event[1]), outlet);
      } else {
        assembly.change(change(event[0], event[1], (int) event[2]), outlet);
      }
    }
    all.addAll(kept);
    return all;
  }

  private void insert(TransactionAssembly assembly, long xid, long lsn, int id) {
    assembly.change(change(xid, lsn, id), this::write);
  }

  private static CapturedChange change(long xid, long lsn, int id) {
    return new CapturedChange(
        Op.INSERT, xid, new Lsn(lsn), 0, ROWS, null, new Row(ROWS, new Object[] {id}));
  }

  private void write(int strand, byte[] record) {
    written.get(strand).add(new String(record, StandardCharsets.UTF_8));
  }

  private TransactionAssembly assembly(long from) {
    return new TransactionAssembly(routing, new Text(), state, new Lsn(from));
  }

  private static Routing routing() {
    var plan = TestPlan.of(PARTITIONS, T, "id");
    return new Routing(plan, Side.LEGACY);
  }

  /// Some id of a partition.
  private int idOf(int partition) {
    for (int id = 0; ; id++) {
      var target = routing.row(new Row(ROWS, new Object[] {id})).getFirst();
      if (target.strand() == partition) {
        return id;
      }
    }
  }
}
