package dev.tandem.translate;

import static dev.tandem.translate.Partition.change;
import static dev.tandem.translate.Partition.last;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.image.MemoryBytes;
import dev.tandem.plan.ContractSize;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.VersionSwitch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions of the [OrderVersions] that are switched on while a partition is running.
@SuppressWarnings("NullAway.Init") // The set-up sets the fields before each use.
class VersionFillTest {
  private final MemoryRegistry registry = new MemoryRegistry();
  private final List<String> written = new ArrayList<>();

  /// What a reader of each topic knows who keeps the newest of each key.
  private final Map<String, Map<ByteBuffer, String>> latest = new HashMap<>();

  private State state;
  private int largest = ContractSize.LARGEST;
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
          var known = latest.computeIfAbsent("v" + version, _ -> new HashMap<>());
          if (value == null) {
            known.remove(ByteBuffer.wrap(key));
          } else {
            known.put(ByteBuffer.wrap(key), ContractReader.text(registry, value));
          }
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
    begin();
  }

  private void begin() {
    state = new State(MemoryBytes.image(), new MemoryBytes());
    latest.clear();
    next = 0;
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
            new PoisonGuard(plan, 200, () -> 0),
            largest,
            () -> 0);
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

  /// What is too large was never forwarded: a version that is filled must not have it either, or it
  /// keeps it when the row goes back to what was.
  @Test
  void shouldFillAVersionWithWhatWasForwardedAlone() {
    largest = 60;
    restart();
    order(1, "a");
    order(2, "b".repeat(60));
    order(3, "c");
    feed(last(change(Op.UPDATE, 50, null, Shop.order(3, 1, "c".repeat(60)))));
    assertThat(written).filteredOn(text -> text.startsWith("dead letter")).hasSize(2);
    restart(2);
    ticks(5);
    assertThat(writtenAs("v2")).containsExactly("v2 -1 Order{\"id\": 1, \"st\": \"a\"}");
    feed(last(change(Op.UPDATE, 60, null, Shop.order(3, 1, "c"))));
    assertThat(writtenAs("v2")).contains("v2 4 Order{\"id\": 3, \"st\": \"c\"}");
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

  private boolean turn(int version, boolean on) {
    return translation.turn(new VersionSwitch("Order", version, on));
  }

  private List<String> writtenAs(String topic) {
    return written.stream().filter(text -> text.startsWith(topic + " ")).toList();
  }

  private void deleted(long id) {
    feed(last(change(Op.DELETE, 10 + next, Shop.only(Shop.order(id, 1, ""), "id"), null)));
  }

  @Test
  void shouldPublishNothingAsAVersionThatIsSwitchedOffAndEverythingAsTheOthers() {
    restart(1, 2);
    order(1, "a");
    assertThat(turn(1, false)).isTrue();
    order(2, "b");
    deleted(1);
    ticks(5);
    assertThat(writtenAs("v1")).containsExactly("v1 1 Order{\"id\": 1, \"st\": \"a\"}");
    assertThat(writtenAs("v2"))
        .containsExactly(
            "v2 1 Order{\"id\": 1, \"st\": \"a\"}",
            "v2 2 Order{\"id\": 2, \"st\": \"b\"}",
            "v2 3 OrderKey{\"id\": 1}");
    assertThat(writtenAs("contract").stream().filter(text -> !text.contains("Progress")))
        .hasSize(3);
    restart(1, 2);
    order(3, "c");
    ticks(5);
    assertThat(writtenAs("v1")).as("it stays off").isEmpty();
    assertThat(writtenAs("v2")).containsExactly("v2 4 Order{\"id\": 3, \"st\": \"c\"}");
  }

  @Test
  void shouldSayFirstWhatWasDeletedMeanwhileAndThenWhatIsThere() {
    restart(1, 2);
    for (int i = 1; i <= 6; i++) {
      order(i, "s" + i);
    }
    turn(1, false);
    for (int i = 1; i <= 4; i++) {
      deleted(i);
    }
    order(2, "back");
    order(7, "new");
    restart(1, 2);
    assertThat(turn(1, true)).isTrue();
    ticks(1);
    assertThat(written)
        .as("two keys in each step, and 2 is there again")
        .containsExactly(
            "v1 -1 OrderKey{\"id\": 1}", "v1 -1 OrderKey{\"id\": 3}", "v1 -1 OrderKey{\"id\": 4}");
    restart(1, 2);
    ticks(10);
    deleted(7);
    assertThat(writtenAs("v2")).hasSize(1);
    assertThat(writtenAs("v1"))
        .containsExactly(
            "v1 -1 Order{\"id\": 2, \"st\": \"back\"}",
            "v1 -1 Order{\"id\": 5, \"st\": \"s5\"}",
            "v1 -1 Order{\"id\": 6, \"st\": \"s6\"}",
            "v1 -1 Order{\"id\": 7, \"st\": \"new\"}",
            "v1 13 OrderKey{\"id\": 7}");
  }

  @Test
  void shouldFollowAnOrderOnceAndNoneForWhatTheSpecDoesNotSay() {
    restart(1);
    order(1, "a");
    assertThat(turn(1, true)).as("it is on").isFalse();
    assertThat(turn(2, false)).as("not in the spec").isFalse();
    assertThat(translation.turn(new VersionSwitch("Customer", 1, false))).isFalse();
    turn(1, false);
    assertThat(turn(1, false)).isFalse();
    turn(1, true);
    ticks(5);
    assertThat(writtenAs("v1")).hasSize(2);
    ticks(5);
    assertThat(turn(1, true)).isFalse();
    ticks(5);
    assertThat(writtenAs("v1")).hasSize(2);
  }

  @Test
  void shouldSwitchOffAVersionThatIsBeingFilled() {
    for (int i = 1; i <= 5; i++) {
      order(i, "s" + i);
    }
    restart(2);
    ticks(1);
    turn(2, false);
    restart(2);
    ticks(5);
    assertThat(written).isEmpty();
    turn(2, true);
    ticks(10);
    assertThat(writtenAs("v2")).hasSize(5);
  }

  @Test
  void shouldForgetTheOrderWithTheVersion() {
    restart(1);
    order(1, "a");
    turn(1, false);
    restart();
    restart(1);
    ticks(5);
    assertThat(writtenAs("v1")).containsExactly("v1 -1 Order{\"id\": 1, \"st\": \"a\"}");
  }

  /// Whatever is switched, deleted and restarted when: who reads a version from its beginning and
  /// keeps the newest of each key has what the contract topic's reader has, once it is on and full.
  @Test
  void shouldEndAsTheContractTopicWhateverHappensMeanwhile() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      begin();
      restart(1, 2);
      var there = new TreeSet<Long>();
      for (int i = random.nextInt(60); i >= 0; i--) {
        long id = random.nextInt(8);
        switch (random.nextInt(6)) {
          case 0 -> turn(1, random.nextBoolean());
          case 1 -> restart(1, 2);
          case 2 -> ticks(random.nextInt(3));
          case 3 -> {
            if (there.remove(id)) {
              deleted(id);
            }
          }
          default -> {
            there.add(id);
            order(id, "s" + next);
          }
        }
      }
      turn(1, true);
      ticks(30);
      assertThat(newest("v1"))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(newest("v2"));
      assertThat(newest("v2")).as("seed %d", seed).hasSize(there.size());
    }
  }

  private Collection<String> newest(String topic) {
    return latest.getOrDefault(topic, Map.of()).values();
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
