package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.MemoryBytes;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions of the [OrderVersions] that are switched on while a partition is running.
@SuppressWarnings("NullAway.Init") // The set-up sets the fields before each use.
class VersionFillTest {
  private final MemoryRegistry registry = new MemoryRegistry();
  private final State state = new State(MemoryBytes.image(), new MemoryBytes());
  private final List<String> written = new ArrayList<>();
  @TempDir Path contracts;
  private OrderVersions versions;
  private Translation translation;
  private long next;

  private final TranslateOutput output =
      new TranslateOutput() {
        @Override
        public void contract(byte[] key, byte @Nullable [] value, ContractPosition position) {
          written.add(text("contract", key, value, position));
        }

        @Override
        public void version(
            int version, byte[] key, byte @Nullable [] value, ContractPosition position) {
          written.add(text("v" + version, key, value, position));
        }

        @Override
        public void deadLetter(Refusal refusal) {
          written.add("dead letter: " + refusal.reason());
        }
      };

  private String text(
      String topic, byte[] key, byte @Nullable [] value, ContractPosition position) {
    return topic
        + " "
        + position.sequence()
        + " "
        + ContractReader.text(registry, value == null ? key : value);
  }

  @BeforeEach
  void start() {
    versions = OrderVersions.write(contracts);
    run();
    for (var table : List.of(Shop.CUSTOMER, Shop.ADDRESS, Shop.ORDER)) {
      feed(new Marker(Kind.SWEEP_ENDED, 1, table, "s", Snapshot.parse("1:1:"), 5));
    }
  }

  /// Goes on from what was saved, with these versions published.
  private void run(Integer... published) {
    var plan = versions.plan(published);
    var setting =
        new Translation.Setting(
            plan,
            0,
            ContractSchemas.register(plan, registry),
            2,
            new PoisonGuard(plan, 200, () -> 0));
    translation = new Translation(setting, state, output, TranslateListener.NONE);
    written.clear();
  }

  private void restart(Integer... published) {
    translation.save();
    run(published);
  }

  private void feed(OutboxRecord record) {
    translation.accept(next++, record);
  }

  private void order(long id, String state) {
    Row row = Shop.order(id, 1, state);
    feed(last(change(Op.INSERT, 10 + next, null, row)));
  }

  private void ticks(int count) {
    for (int i = 0; i < count; i++) {
      translation.tick();
    }
  }

  @Test
  void shouldPublishOnceWhatWasForwardedBeforeTheVersionWasSwitchedOn() {
    for (int i = 1; i <= 5; i++) {
      order(i, "s" + i);
    }
    restart(2);
    ticks(10);
    assertThat(written)
        .containsExactly(
            "v2 -1 Order{\"id\": 1, \"st\": \"s1\"}",
            "v2 -1 Order{\"id\": 2, \"st\": \"s2\"}",
            "v2 -1 Order{\"id\": 3, \"st\": \"s3\"}",
            "v2 -1 Order{\"id\": 4, \"st\": \"s4\"}",
            "v2 -1 Order{\"id\": 5, \"st\": \"s5\"}");
    restart(2);
    ticks(10);
    assertThat(written).isEmpty();
  }

  /// What is kept of it is not what was forwarded: its children may have followed it.
  @Test
  void shouldPublishNothingOfARootThatHasGoneToAnotherPartitionUnderItsKey() {
    int here = MovedRootsTest.customerIn(0);
    order(1, "s1");
    order(2, "s2");
    Row left = Shop.order(1, here, "s1");
    Row gone = Shop.order(1, MovedRootsTest.customerIn(1), "s1");
    feed(last(change(Op.UPDATE, 50, left, gone)));
    restart(2);
    ticks(10);
    assertThat(written)
        .filteredOn(text -> text.startsWith("v2"))
        .containsExactly("v2 -1 Order{\"id\": 2, \"st\": \"s2\"}");
    feed(last(change(Op.UPDATE, 60, gone, left)));
    assertThat(written)
        .as("it is as it was, and the version has never had it")
        .endsWith(
            "contract 4 Order{\"id\": 1, \"state\": \"s1\"}",
            "v2 4 Order{\"id\": 1, \"st\": \"s1\"}");
  }

  @Test
  void shouldGoOnWhereTheLastCommitLeftIt() {
    for (int i = 1; i <= 5; i++) {
      order(i, "s" + i);
    }
    restart(2);
    ticks(1);
    restart(2);
    ticks(1);
    assertThat(written)
        .containsExactly(
            "v2 -1 Order{\"id\": 3, \"st\": \"s3\"}", "v2 -1 Order{\"id\": 4, \"st\": \"s4\"}");
    run(2); // what was not committed is done again
    ticks(1);
    assertThat(written)
        .containsExactly(
            "v2 -1 Order{\"id\": 3, \"st\": \"s3\"}", "v2 -1 Order{\"id\": 4, \"st\": \"s4\"}");
  }

  @Test
  void shouldPublishWhatIsTrueWhenItsTurnComesAndEveryChangeAsItComes() {
    for (int i = 1; i <= 3; i++) {
      order(i, "s" + i);
    }
    restart(2);
    feed(last(change(Op.UPDATE, 50, null, Shop.order(3, 1, "new"))));
    ticks(5);
    assertThat(written)
        .containsExactly(
            "contract 4 Order{\"id\": 3, \"state\": \"new\"}",
            "v2 4 Order{\"id\": 3, \"st\": \"new\"}",
            "v2 -1 Order{\"id\": 1, \"st\": \"s1\"}",
            "v2 -1 Order{\"id\": 2, \"st\": \"s2\"}",
            "v2 -1 Order{\"id\": 3, \"st\": \"new\"}");
  }

  @Test
  void shouldFillNothingWhereAVersionWasThereFromTheStart() {
    restart(1);
    order(1, "a");
    ticks(5);
    assertThat(written).hasSize(2);
    restart(1);
    ticks(5);
    assertThat(written).isEmpty();
  }

  @Test
  void shouldFillAgainAVersionThatWasOff() {
    restart(1);
    order(1, "a");
    restart();
    order(2, "b");
    restart(1);
    ticks(5);
    assertThat(written)
        .containsExactly(
            "v1 -1 Order{\"id\": 1, \"st\": \"a\"}", "v1 -1 Order{\"id\": 2, \"st\": \"b\"}");
  }

  @Test
  void shouldMakeADeadLetterOfWhatTheNewVersionCannotTake() {
    order(1L << 40, "a");
    order(2, "b");
    restart(1);
    ticks(5);
    assertThat(written)
        .hasSize(2)
        .contains("v1 -1 Order{\"id\": 2, \"st\": \"b\"}")
        .anySatisfy(text -> assertThat(text).startsWith("dead letter: not published as version 1"));
  }
}
