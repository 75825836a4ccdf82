package dev.tandem.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/// `tandem setup`, `tandem doctor` and `tandem teardown` as they are typed.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class SetupCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private MiniMigration mini;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    mini = MiniMigration.start(directory);
  }

  @AfterAll
  void stop() {
    mini.close();
  }

  @AfterEach
  void clean() throws Exception {
    mini.clean();
  }

  @Test
  void shouldPrintTheVerySqlAndChangeNothing() throws Exception {
    var printed = tandem("setup", "--print");
    assertThat(printed.code()).isZero();
    assertThat(printed.out())
        .contains(
            "-- legacy: missing  publication tandem_mini",
            "CREATE PUBLICATION tandem_mini FOR TABLE ONLY \"public\".\"item\"",
            "SELECT pg_create_logical_replication_slot('tandem_mini', 'pgoutput'",
            "CREATE TABLE tandem.checkpoint",
            "kafka-topics.sh --bootstrap-server " + mini.bootstrapServers());
    assertThat(mini.query("legacy", "SELECT count(*) FROM pg_publication")).isEqualTo("0");
  }

  @Test
  void shouldSetUpExamineAndTearDown() throws Exception {
    var before = tandem("doctor");
    assertThat(before.code()).isZero();
    assertThat(before.out())
        .contains("warning  legacy    replication slot tandem_mini: not there yet")
        .contains("fix: tandem setup " + mini.spec());

    assertThat(tandem("setup").out()).contains("made     replication slot tandem_mini");
    assertThat(tandem("setup").out()).contains("exists   replication slot tandem_mini (idle)");
    assertThat(tandem("doctor").out()).endsWith("0 failures, 0 warnings\n");
    assertThat(JSON.readTree(tandem("doctor", "--json").out()).path("ok").asBoolean()).isTrue();

    assertThat(tandem("teardown").code()).isEqualTo(2);
    assertThat(tandem("teardown", "--dry-run").out()).contains("found    topic mini.items.outbox");
    assertThat(mini.query("legacy", "SELECT count(*) FROM pg_replication_slots")).isEqualTo("2");
    var removed = tandem("teardown", "--yes");
    assertThat(removed.code()).isZero();
    assertThat(removed.out())
        .contains("removed  replication slot tandem_mini (in the legacy store; idle)");
    assertThat(tandem("teardown", "--yes").out()).isEqualTo("There is nothing to remove.\n");
  }

  @Test
  void shouldMakeALostSlotAgainOnlyForANewEpoch() throws Exception {
    tandem("setup");
    assertThat(tandem("setup", "--new-epoch").out())
        .contains("made     replication slot tandem_mini");
    mini.legacy("SELECT pg_drop_replication_slot('tandem_mini')");

    var refused = tandem("setup");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.out())
        .contains("refused  replication slot tandem_mini: it existed before and is gone")
        .contains("tandem setup " + mini.spec() + " --new-epoch");

    assertThat(tandem("setup", "--new-epoch").code()).isZero();
    assertThat(mini.query("legacy", "SELECT count(*) FROM pg_replication_slots")).isEqualTo("2");
    assertThat(mini.lastRecord("mini.offsets")).contains("\"epoch\":3", "\"proven\":null");
    assertThat(tandem("actions").out())
        .as("who declared it")
        .contains("epochs.declare  legacy\n    DONE: epoch 3")
        .contains("epochs.declare  legacy\n    DONE: epoch 2");
    assertThat(tandem("doctor").code()).isZero();
  }

  @Test
  void shouldMakeTheLostSlotOfTheTargetAgainOnlyForANewEpochOfThatSide() throws Exception {
    tandem("setup");
    tandem("setup", "--new-epoch", "--side", "target");
    mini.target("SELECT pg_drop_replication_slot('tandem_mini_target')");

    assertThat(tandem("setup").out())
        .contains("refused  replication slot tandem_mini_target: it existed before and is gone")
        .contains("tandem setup " + mini.spec() + " --new-epoch --side target");
    assertThat(tandem("setup", "--side", "target").code()).isEqualTo(2);

    assertThat(tandem("setup", "--new-epoch", "--side", "target").code()).isZero();
    assertThat(mini.lastRecord("mini.observed-offsets")).contains("\"epoch\":3");
    assertThat(tandem("doctor").code()).isZero();
  }

  @Test
  void shouldEndWithOneWhereSomethingFails() throws Exception {
    tandem("setup");
    mini.legacy("DROP PUBLICATION tandem_mini", "CREATE PUBLICATION tandem_mini");
    var found = tandem("doctor");
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out()).contains("failure  legacy    publication tandem_mini", "1 failure,");
  }

  @Test
  void shouldEndWithTwoAndEveryProblemOfASpec(@TempDir Path other) throws Exception {
    var spec = Files.writeString(other.resolve("bad.yaml"), "migration: UPPER\nnonsense: 1\n");
    for (String command : List.of("setup", "doctor", "teardown")) {
      var ended = run(command, spec.toString());
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err()).contains("bad.yaml:1:", "nonsense", " errors, ");
    }
  }

  @Test
  void shouldExamineWhatItCanReachWhereAStoreIsAway() throws Exception {
    tandem("setup");
    var found = run("doctor", mini.specWithoutTarget().toString());
    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out().lines().filter(line -> line.startsWith("failure")))
        .singleElement()
        .asString()
        .startsWith("failure  target    database: cannot be asked: ");
    assertThat(found.out())
        .contains(
            "fix: start it, or correct url, user and password",
            "ok       legacy    replication slot tandem_mini",
            "ok       legacy    table public.item",
            "ok       kafka     topic mini.items.outbox",
            "ok       kafka     topic mini.items.contract",
            "ok       registry  schema registry");
    var json = run("doctor", "--json", mini.specWithoutTarget().toString()).out();
    assertThat(JSON.readTree(json).path("ok").asBoolean()).isFalse();
  }

  @Test
  void shouldStillEndWithTwoWhereTheOtherCommandsCannotReachAStore() throws Exception {
    for (String command : List.of("setup", "check")) {
      var ended = run(command, mini.specWithoutTarget().toString());
      assertThat(ended.code()).as(command).isEqualTo(2);
      assertThat(ended.out() + ended.err())
          .contains("the store cannot be reached", "fix: start it");
    }
  }

  @Test
  void shouldRegisterWhatSubscribersLookUp() throws Exception {
    String subject = "subject mini.items.contract-";
    assertThat(tandem("setup", "--print").out())
        .contains("# registry: missing  " + subject, "/subjects/mini.items.contract-");
    assertThat(tandem("setup").out())
        .contains("made     " + subject, "made     subject mini.divergence-");
    assertThat(tandem("setup").out()).contains("exists   " + subject);
  }

  @Test
  void shouldTakeAwayAllThatCanBeReachedWhereAStoreIsAway() throws Exception {
    tandem("setup");
    var ended = run("teardown", "--yes", mini.specWithoutTarget().toString());
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out())
        .contains("removed  replication slot tandem_mini", "mini.items.outbox")
        .doesNotContain("tandem_mini_target");
    assertThat(ended.err()).contains("not looked at: target store");
    var rest = tandem("teardown", "--yes");
    assertThat(rest.code()).isZero();
    assertThat(rest.out()).contains("slot tandem_mini_target").doesNotContain("mini.items.outbox");
  }

  @Test
  void shouldTakeAllAwayWhereTheTablesAreGone() throws Exception {
    tandem("setup");
    mini.legacy("ALTER TABLE item RENAME TO gone");
    try {
      var ended = tandem("teardown", "--yes");
      assertThat(ended.code()).isZero();
      assertThat(ended.out())
          .contains("slot tandem_mini", "slot tandem_mini_target", "mini.items.outbox");
    } finally {
      mini.legacy("ALTER TABLE gone RENAME TO item");
    }
  }

  @Test
  void shouldSayWhereThingsStandWhileTheLegacyTableIsGone() throws Exception {
    tandem("setup");
    mini.legacy("ALTER TABLE item RENAME TO gone");
    try {
      var ended = tandem("status");
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.out()).contains("items");
      assertThat(ended.err()).contains("does not fit the spec");
    } finally {
      mini.legacy("ALTER TABLE gone RENAME TO item");
    }
  }

  @Test
  void shouldNameEachThingThatDoesNotFitAStoreBesideAllTheRest() throws Exception {
    tandem("setup");
    mini.legacy("ALTER TABLE item RENAME COLUMN txt TO gone");
    mini.target("ALTER TABLE new_item RENAME COLUMN label TO gone");
    try {
      var found = tandem("doctor");
      assertThat(found.code()).isEqualTo(1);
      assertThat(found.out().lines().filter(line -> line.startsWith("failure  legacy")))
          .anyMatch(line -> line.contains("txt"));
      assertThat(found.out().lines().filter(line -> line.startsWith("failure  target")))
          .anyMatch(line -> line.contains("label"));
      assertThat(found.out())
          .contains(
              "ok       legacy    replication slot tandem_mini",
              "ok       target    replication slot tandem_mini_target",
              "ok       kafka     topic mini.items.outbox",
              "ok       registry  schema registry");
    } finally {
      mini.legacy("ALTER TABLE item RENAME COLUMN gone TO txt");
      mini.target("ALTER TABLE new_item RENAME COLUMN gone TO label");
    }
  }

  @Test
  void shouldNameATableThatIsNotThere() throws Exception {
    tandem("setup");
    mini.target("ALTER TABLE new_item RENAME TO elsewhere");
    try {
      var found = tandem("doctor");
      assertThat(found.code()).isEqualTo(1);
      assertThat(found.out().lines().filter(line -> line.startsWith("failure  target")))
          .anyMatch(line -> line.contains("public.new_item"));
      assertThat(found.out()).contains("ok       target    replication slot tandem_mini_target");
    } finally {
      mini.target("ALTER TABLE elsewhere RENAME TO new_item");
    }
  }

  private Ended tandem(String command, String... options) throws Exception {
    var arguments = new ArrayList<>(List.of(command, mini.spec().toString()));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  private static Ended run(String... arguments) {
    return Ended.of(arguments);
  }
}
