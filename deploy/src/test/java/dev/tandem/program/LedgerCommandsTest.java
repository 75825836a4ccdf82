package dev.tandem.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.job.OperatorAction;
import dev.tandem.ledger.Events;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.operate.ActionBook;
import dev.tandem.run.MigrationReader;
import dev.tandem.setup.Setup;
import dev.tandem.table.TableId;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.Divergences;
import dev.tandem.wire.LagReport;
import dev.tandem.wire.LagReport.Percentiles;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.SchemaChanges;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `tandem divergences`, `lag`, `repair` and `status` over topics that a reconciler wrote.
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // The lifecycle sets the field before each use.
class LedgerCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEDGER = "mini.divergence";
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
  void shouldSayHowToMakeALedgerThatIsNotThere() throws Exception {
    var ended = tandem("divergences");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .contains("there is no topic mini.divergence; fix: tandem setup")
        .hasLineCount(1);
    assertThat(tandem("lag").err()).contains("there is no topic mini.reconciliation-lag");
  }

  @Test
  void shouldEndWellWhereNothingIsOpen() throws Exception {
    Setup.run(mini.site());
    String silent =
        "domain items is not compared: the reconciler said nothing of 2 of 2 partitions within"
            + " five minutes\n";
    assertThat(tandem("divergences"))
        .isEqualTo(new Ended(0, "No divergence was ever found.\n" + silent, ""));
    assertThat(tandem("divergences", "--open"))
        .isEqualTo(
            new Ended(
                0, "No divergence is known to be open, and not all is compared.\n" + silent, ""));
    assertThat(tandem("divergences", "--open", "--compared").code()).isEqualTo(3);
    assertThat(tandem("divergences", "--compared", "--domain", "items").code()).isEqualTo(3);
    assertThat(tandem("divergences", "--open", "--json").json().path("compared").asBoolean(true))
        .isFalse();
    assertThat(tandem("divergences", "--follow", "--compared").code()).isEqualTo(2);
    assertThat(tandem("lag").out()).contains("items            no report within five minutes");
    report(lag(0, 0), lag(1, 0));
    assertThat(tandem("divergences", "--open"))
        .isEqualTo(new Ended(0, "No divergence is open.\n", ""));
    assertThat(tandem("divergences", "--open", "--json").json().path("notCompared")).isEmpty();
    assertThat(tandem("divergences", "--open", "--json").json().path("compared").asBoolean())
        .isTrue();
    assertThat(tandem("divergences", "--open", "--compared").code()).isZero();
    write(Events.of("1").entry(), Events.of("1").state(State.CLOSED).entry());
    assertThat(tandem("divergences", "--open").code()).isZero();
    assertThat(tandem("divergences").out())
        .startsWith("FIELD_MISMATCH          2  OPENED 1, CLOSED 1\n0 divergences are open\n");
    assertThat(tandem("repair", "--domain", "items").out()).isEqualTo("asked for 0 repairs\n");
  }

  @Test
  void shouldBeginAComparisonAnew() throws Exception {
    Setup.run(mini.site());
    write(some());
    String group = "mini.items.reconcile";
    String changelog = group + "-entities-changelog";
    String[] reset = {"reconcile", "reset", "--domain", "items", "--why", "another type"};
    try (Admin admin = mini.admin()) {
      admin.createTopics(List.of(new NewTopic(changelog, 2, (short) 1))).all().get();
      try (var member = member(group)) {
        Awaitility.await()
            .until(
                () ->
                    !member.poll(Duration.ofMillis(100)).isEmpty()
                        || !member.assignment().isEmpty());
        var refused = tandem(reset);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("found 1 member of group " + group);
      }
      assertThat(tandem(with(reset, "--dry-run")).out())
          .isEqualTo(
              "would remove group %s\nwould remove topic %s\nwould close 4 in the ledger\n"
                  .formatted(group, changelog));
      assertThat(tandem("divergences", "--open").code()).isEqualTo(1);

      assertThat(tandem(reset).out())
          .isEqualTo(
              "removed group %s\nremoved topic %s\nclosed 4 in the ledger\n"
                  .formatted(group, changelog));
      assertThat(tandem("divergences", "--open").code()).isZero();
      assertThat(admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get())
          .doesNotContain(changelog);
      assertThat(admin.listGroups().all().get()).noneMatch(it -> it.groupId().equals(group));
    }
    var migration = MigrationReader.read(mini.spec(), Map.of());
    assertThat(new ActionBook(migration, Clock.systemUTC()).read())
        .extracting(OperatorAction::what, it -> it.actor().why(), OperatorAction::outcome)
        .containsExactly(
            tuple("comparison.reset", "another type", OperatorAction.Outcome.DONE),
            tuple("comparison.reset", "another type", OperatorAction.Outcome.REFUSED));
    assertThat(tandem("reconcile", "reset", "--domain", "nothing", "--why", "x").code())
        .isEqualTo(2);
  }

  private KafkaConsumer<byte[], byte[]> member(String group) {
    var settings = new HashMap<>(client());
    settings.put("group.id", group);
    var member =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    member.subscribe(List.of(LEDGER));
    return member;
  }

  @Test
  void shouldTellWhatIsOpenCountsFirstThenSamplesWithTheirSql() throws Exception {
    Setup.run(mini.site());
    write(some());
    writeAborted(Events.of("9").entry());

    assertThat(tandem("divergences", "--compared").code()).isEqualTo(1);
    var open = tandem("divergences", "--open", "--samples", "1");
    assertThat(open.code()).isEqualTo(1);
    assertThat(open.err()).isEmpty();
    assertThat(open.out().lines().toList())
        .startsWith(
            "MISSING                 2  should be in the target, and never was",
            "UNEXPECTED              1  is in the target, but nothing of the legacy side explains"
                + " it",
            "FIELD_MISMATCH          1  is on both sides, with different values",
            "4 divergences are open",
            "",
            "MISSING, 1 of 2",
            "  items/Item itemId=2, tenant t1, OPENED 1970-01-01T00:00:01.000001Z, opened"
                + " 1970-01-01T00:00:01Z",
            "    partition 1, compared at 42: legacy present at 41, target present at 42",
            "    label: expected 'old', observed nothing",
            "    the label differs",
            "    a repair would: write it again",
            "    SELECT * FROM \"public\".\"new_item\" WHERE \"item_id\" = '2';");
    assertThat(open.out())
        .contains("label: expected digest:aa, observed digest:bb")
        .doesNotContain("itemId=9");
    assertThat(mini.query("target", "SELECT count(*) FROM public.new_item WHERE item_id = '2'"))
        .isEqualTo("0");

    var json = tandem("divergences", "--open", "--json", "--kind", "missing").json();
    assertThat(json.path("open").asInt()).isEqualTo(2);
    assertThat(json.path("openByKind").toString()).isEqualTo("{\"MISSING\":2}");
    assertThat(json.path("divergences").path(0).path("key").path("itemId").asText()).isEqualTo("2");
    assertThat(json.path("divergences").path(0).path("openedAt").asText())
        .isEqualTo("1970-01-01T00:00:01Z");
    assertThat(tandem("divergences", "--kind", "ghost").code()).isZero();

    var events = tandem("divergences", "--json").json();
    assertThat(events.path("events").path("FIELD_MISMATCH").toString())
        .isEqualTo("{\"OPENED\":2,\"CLOSED\":1}");
    assertThat(events.path("open").asInt()).isEqualTo(4);
  }

  private LedgerEntry[] some() {
    return new LedgerEntry[] {
      Events.of("1")
          .differing(List.of(new FieldDifference("label", "digest:aa", "digest:bb")))
          .entry(),
      Events.of("2").kind(Kind.MISSING).partition(1).entry(),
      Events.of("3").kind(Kind.MISSING).entry(),
      Events.of("4").kind(Kind.UNEXPECTED).orphan().partition(1).entry(),
      Events.of("5").entry(),
      Events.of("5").state(State.CLOSED).entry()
    };
  }

  @Test
  void shouldRefuseNamesThatTheSpecDoesNotHave() throws Exception {
    assertThat(tandem("divergences", "--domain", "item").code()).isEqualTo(2);
    assertThat(tandem("divergences", "--domain", "item").err()).contains("did you mean 'items'?");
    assertThat(tandem("divergences", "--kind", "LATE").code()).isEqualTo(2);
    assertThat(tandem("repair").code()).isEqualTo(2);
    assertThat(tandem("repair", "--domain", "items", "--key", "itmId=3").err())
        .contains("did you mean 'itemId'?");
    assertThat(tandem("repair", "--domain", "items", "--key", "3").err())
        .contains("expected FIELD=VALUE");
    assertThat(tandem("repair", "--domain", "items", "--limit", "0").code()).isEqualTo(2);
  }

  @Test
  void shouldWriteDownWhoAskedForWhatAndWhy() throws Exception {
    assertThat(tandem("actions").err()).contains("there is no topic mini.control");
    assertThat(tandem("repair", "--domain", "items").err())
        .contains("there is no topic mini.control; fix: tandem setup");
    Setup.run(mini.site());
    assertThat(tandem("actions").out()).isEqualTo("nobody has done anything yet\n");
    report(lag(0, 0), lag(1, 0));
    write(some());
    bury(letter(Stage.APPLY, 1, "key of 2", "check constraint"));

    tandem("repair", "--domain", "items", "--dry-run");
    tandem("dead-letters", "retry", "--dry-run");
    assertThat(tandem("actions").out()).as("looking is no action").startsWith("nobody");

    tandem("repair", "--domain", "items", "--kind", "MISSING", "--why", "the audit is tomorrow");
    tandem("dead-letters", "retry", "--stage", "apply", "--why", "corrected");
    tandem("dead-letters", "discard", "--all", "--why", "known");
    assertThat(tandem("dead-letters", "discard", "9:9", "--why", "known").code()).isEqualTo(2);
    JsonNode actions = tandem("actions", "--json").json().path("actions");
    String me = Operator.name();
    assertThat(actions)
        .extracting(
            action -> action.path("by").asText(),
            action -> action.path("what").asText(),
            action -> action.path("subject").asText(),
            action -> action.path("why").asText(),
            action -> action.path("outcome").asText())
        .containsExactly(
            tuple(me, "deadLetters.discard", "1 by name", "known", "REFUSED"),
            tuple(me, "deadLetters.discard", "all letters", "known", "DONE"),
            tuple(me, "deadLetters.retry", "stage apply", "corrected", "DONE"),
            tuple(
                me, "repairs.ask", "domain items, kind MISSING", "the audit is tomorrow", "DONE"));
    assertThat(tandem("actions", "--limit", "1").out())
        .contains("(command line)  deadLetters.discard  1 by name\n    why: known\n    REFUSED: ")
        .hasLineCount(3);
    assertThat(tandem("actions", "--limit", "0").code()).isEqualTo(2);
  }

  @Test
  void shouldFollowEventByEvent() throws Exception {
    Setup.run(mini.site());
    write(Events.of("1").entry());
    var out = new StringWriter();
    var commands = commands(out, new StringWriter());
    String[] arguments = {"divergences", mini.spec().toString(), "--follow", "--json"};
    var following = Thread.ofPlatform().start(() -> commands.execute(arguments));
    Awaitility.await().until(() -> out.toString().lines().count() == 1);
    write(Events.of("1").state(State.CLOSED).entry());
    Awaitility.await().until(() -> out.toString().lines().count() == 2);
    following.interrupt();
    assertThat(following.join(Duration.ofSeconds(30))).isTrue();
    var lines = out.toString().lines().toList();
    assertThat(JSON.readTree(lines.get(0)).path("state").asText()).isEqualTo("OPENED");
    assertThat(JSON.readTree(lines.get(1)).path("state").asText()).isEqualTo("CLOSED");
  }

  @Test
  void shouldSumTheNewestReports() throws Exception {
    Setup.run(mini.site());
    report(lag(0, 9), lag(0, 3), lag(1, 4));
    var json = tandem("lag", "--json").json().path("domains").path(0);
    assertThat(json.path("domain").asText()).isEqualTo("items");
    assertThat(json.path("pending").asInt()).isEqualTo(7);
    assertThat(json.path("waitingForSweep").asInt()).isEqualTo(6);
    assertThat(json.path("stoppedAt").asText()).isEqualTo("NONE");
    assertThat(json.path("toObservationUs").path("p99").asLong()).isEqualTo(4_000_000);
    var text = tandem("lag");
    assertThat(text.code()).isZero();
    assertThat(text.out()).contains("FOLLOWING", "4.0s", "6 wait for a sweep");
  }

  private void report(LagReport... reports) throws Exception {
    var codec = new LagReports(mini.site().registry(), "mini.reconciliation-lag");
    try (var producer = producer(Map.of())) {
      for (LagReport report : reports) {
        producer.send(new ProducerRecord<>("mini.reconciliation-lag", codec.encode(report))).get();
      }
    }
  }

  private static LagReport lag(int partition, long pending) {
    return lag(partition, pending, false);
  }

  private static LagReport lag(int partition, long pending, boolean repairsStopped) {
    long now = System.currentTimeMillis() * 1000;
    return new LagReport(
        "items",
        partition,
        LagReport.State.FOLLOWING,
        LagReport.Evidence.NONE,
        now,
        10,
        9,
        8,
        10,
        20,
        5,
        Percentiles.NONE,
        new Percentiles(1000, 2000, pending * 1_000_000, pending * 1_000_000),
        pending,
        now - 5_000_000,
        pending == 0 ? 0 : 3,
        0,
        repairsStopped);
  }

  @Test
  void shouldAskForRepairsByKeyInThePartitionOfEach() throws Exception {
    Setup.run(mini.site());
    write(some());
    String[] items = {"repair", "--domain", "items"};

    var dry = tandem(with(items, "--dry-run"));
    assertThat(dry.code()).isZero();
    assertThat(dry.out())
        .contains("would ask  MISSING items/Item itemId=2, partition 1: write it again")
        .contains("left out  UNEXPECTED items/Item itemId=4")
        .contains("--orphans delete")
        .endsWith("would ask for 3 repairs, left out 1\n");
    assertThat(repairs()).isEmpty();

    var limited = tandem(with(items, "--json", "--kind", "MISSING", "--limit", "1")).json();
    assertThat(limited.path("requests")).hasSize(1);
    assertThat(limited.path("more").asInt()).isEqualTo(1);
    assertThat(repairs()).containsExactly("1 key of 2 null");

    assertThat(tandem(with(items, "--key", "itemId=4")).out()).contains("left out 1");
    assertThat(repairs()).hasSize(1);
    assertThat(tandem(with(items, "--key", "itemId=4", "--orphans", "delete")).out())
        .endsWith("asked for 1 repair\n");
    assertThat(repairs()).containsExactly("1 key of 2 null", "1 key of 4 null");
    tandem(with(items, "--kind", "field_mismatch"));
    assertThat(repairs()).contains("0 key of 1 null").hasSize(3);
  }

  @Test
  void shouldAskForNothingWhileRepairsHaveStoppedByThemselvesUnlessItIsWanted() throws Exception {
    Setup.run(mini.site());
    write(some());
    report(lag(0, 1), lag(1, 1, true));
    var refused = tandem("repair", "--domain", "items");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("in 1 of 2 partitions").contains("--despite-brake");
    assertThat(repairs()).isEmpty();
    assertThat(tandem("repair", "--domain", "items", "--dry-run").code()).isZero();
    assertThat(tandem("repair", "--domain", "items", "--despite-brake").code()).isZero();
    assertThat(repairs()).isNotEmpty();
  }

  @Test
  void shouldShowInTheStatusWhatIsOpen() throws Exception {
    Setup.run(mini.site());
    write(some());
    assertThat(tandem("status").out())
        .contains("open in items: MISSING 2, UNEXPECTED 1, FIELD_MISMATCH 1")
        .contains("domain items is not compared: the reconciler said nothing");
    var domain = tandem("status", "--json").json().path("domains").path(0);
    assertThat(domain.path("openDivergences").toString())
        .isEqualTo("{\"MISSING\":2,\"UNEXPECTED\":1,\"FIELD_MISMATCH\":1}");
  }

  @Test
  void shouldShowInTheStatusTheLastChangeOfEachLegacyTable() throws Exception {
    Setup.run(mini.site());
    assertThat(tandem("status").out()).doesNotContain("schema of");
    var codec = new SchemaChanges(mini.site().registry(), "mini.control");
    var table = TableId.parse("public.item");
    try (var producer = producer(Map.of())) {
      for (var change :
          List.of(
              new SchemaChanged("items", table, List.of("first"), List.of(), "", "0/1", 1),
              new SchemaChanged(
                  "items", table, List.of("txt dropped"), List.of("txt"), "no txt", "0/2", 2))) {
        producer
            .send(
                new ProducerRecord<>(
                    "mini.control", change.key().getBytes(UTF_8), codec.encode(change)))
            .get();
      }
    }
    assertThat(tandem("status").out().lines().filter(line -> line.startsWith("schema of")))
        .containsExactly(
            "schema of public.item changed for items at 0/2 (1970-01-01T00:00:00.000002Z):"
                + " txt dropped; NOT FOLLOWED: no txt");
    var json = tandem("status", "--json").json().path("schemaChanges");
    assertThat(json).hasSize(1);
    assertThat(json.path(0).path("touched").asBoolean()).isTrue();
    assertThat(json.path(0).path("reads").toString()).isEqualTo("[\"txt\"]");
  }

  @Test
  void shouldTellWhichDeadLettersMatterStillAndRetryEachEntityOnce() throws Exception {
    Setup.run(mini.site());
    write(some());
    assertThat(tandem("dead-letters").out()).isEqualTo("no dead letters\n");
    bury(
        letter(Stage.APPLY, 1, "key of 2", "check constraint"),
        letter(Stage.APPLY, 1, "key of 2", "check constraint again"),
        letter(Stage.TRANSLATE, 0, "key of 5", "no value for Z"),
        letter(Stage.CAPTURE, -1, null, "too large"));

    var list = tandem("dead-letters", "list", "--json");
    assertThat(list.code()).isEqualTo(1);
    var letters = list.json().path("letters");
    assertThat(letters).hasSize(4);
    assertThat(letters.findValuesAsText("standing"))
        .containsExactlyInAnyOrder("OPEN", "OPEN", "HEALED", "UNKNOWN");
    assertThat(list.json().path("counts")).hasSize(3);

    assertThat(tandem("dead-letters", "show").code()).isEqualTo(2);
    String id = letters.path(0).path("id").asText();
    assertThat(tandem("dead-letters", "show", id, "--json").json().path("letters")).hasSize(1);
    assertThat(tandem("dead-letters", "list", "--stage", "translate").out())
        .contains("items Item: 1 given up by translate", "healed", "no value for Z");
    assertThat(tandem("dead-letters", "list", "--domain", "other").code()).isZero();

    assertThat(tandem("dead-letters", "retry", "--dry-run").out())
        .isEqualTo(
            "would ask for 1 entity\nleft out 1 whose legacy row has to come once more: any update"
                + " of it will do\n");
    assertThat(repairs()).isEmpty();
    assertThat(tandem("dead-letters", "retry", "--json").json().path("requests").asInt())
        .isEqualTo(1);
    assertThat(repairs()).containsExactly("1 key of 2 null");
  }

  /// A table that has moved stops its domain, and no letter of another is out of reach.
  @Test
  void shouldListRetryAndDiscardWhileATableDoesNotFitTheSpec() throws Exception {
    Setup.run(mini.site());
    write(some());
    bury(letter(Stage.APPLY, 1, "key of 2", "check constraint"));
    var fitting = tandem("dead-letters", "--json").json();
    mini.legacy("ALTER TABLE item RENAME COLUMN txt TO gone");
    try {
      var list = tandem("dead-letters", "--json");
      assertThat(list.json()).isEqualTo(fitting);
      assertThat(list.err())
          .startsWith("tandem: a store is away or does not fit the spec; tandem check ");
      assertThat(tandem("lag", "--json").code()).isZero();
      assertThat(tandem("dead-letters", "retry").out()).isEqualTo("asked for 1 entity\n");
      assertThat(repairs()).containsExactly("1 key of 2 null");
      assertThat(tandem("dead-letters", "discard", "--all", "--why", "known").out())
          .startsWith("discarded 1 letter\n");
      assertThat(tandem("repair").code()).isEqualTo(2);
    } finally {
      mini.legacy("ALTER TABLE item RENAME COLUMN gone TO txt");
    }
  }

  /// What such a record said of its entity took no part in any verdict.
  @Test
  void shouldNotCallADomainComparedThatHasLettersOfNobodyKnowsWhom() throws Exception {
    Setup.run(mini.site());
    report(lag(0, 0), lag(1, 0));
    bury(letter(Stage.APPLY, 1, "key of 2", "check constraint"));
    assertThat(tandem("divergences", "--open", "--compared").code()).isZero();
    bury(letter(Stage.CAPTURE, -1, null, "partition-by: expected a value, found null"));
    bury(letter(Stage.TRANSLATE, 0, null, "a delete without the old row's key"));
    var open = tandem("divergences", "--open", "--compared");
    assertThat(open.code()).isEqualTo(3);
    assertThat(open.out())
        .contains("domain items is not compared: 2 dead letters do not say whose");
    assertThat(tandem("status").out()).contains("2 dead letters do not say whose");
    assertThat(tandem("status", "--json").json().path("notCompared")).hasSize(1);
    tandem("dead-letters", "discard", "--stage", "capture", "--why", "verified");
    assertThat(tandem("divergences", "--open", "--compared").out())
        .contains("1 dead letter does not say whose");
    tandem("dead-letters", "discard", "--stage", "translate", "--why", "verified");
    assertThat(tandem("divergences", "--open", "--compared").code()).isZero();
  }

  @Test
  void shouldAskForNothingThatTheMappingRefusesAndForgetNoOldLetter() throws Exception {
    Setup.run(mini.site());
    write(
        Events.of("2").kind(Kind.MISSING).partition(1).entry(),
        Events.of("6").kind(Kind.UNTRANSLATABLE).entry());
    bury(
        letter(Stage.APPLY, 1, "key of 2", "check constraint"),
        letter(Stage.TRANSLATE, 0, "key of 6", "no value for Z"),
        letter(Stage.TRANSLATE, 0, "key of 7", "no value for Y"));
    assertThat(tandem("dead-letters", "--samples", "1").code()).isEqualTo(1);
    assertThat(tandem("dead-letters", "--samples", "0", "--stage", "apply").code()).isEqualTo(1);
    assertThat(tandem("dead-letters", "retry", "--dry-run").out())
        .startsWith("would ask for 1 entity\nleft out 1 that the mapping refuses: correct");
    JsonNode retried = tandem("dead-letters", "retry", "--json").json();
    assertThat(retried.path("untranslatable").asInt()).isEqualTo(1);
    assertThat(repairs()).containsExactly("1 key of 2 null");
    assertThat(tandem("dead-letters", "retry", "--refused").out())
        .isEqualTo("asked for 2 entities\n");
    assertThat(repairs())
        .containsExactlyInAnyOrder("1 key of 2 null", "1 key of 2 null", "0 key of 6 null");
  }

  /// A letter is no word for a deletion that repairs do not make by themselves, but for one that
  /// the target refused.
  @Test
  void shouldDeleteNothingForTheSakeOfAnOldLetter() throws Exception {
    Setup.run(mini.site());
    write(
        Events.of("2").kind(Kind.UNEXPECTED).orphan().partition(1).entry(),
        Events.of("6").kind(Kind.CAPTURE_LOSS).remedy(Divergence.BACKFILL).entry(),
        Events.of("7").kind(Kind.UNAPPLIABLE).orphan().entry());
    bury(
        letter(Stage.APPLY, 1, "key of 2", "check constraint"),
        letter(Stage.APPLY, 0, "key of 6", "check constraint"),
        letter(Stage.APPLY, 0, "key of 7", "foreign key"));
    assertThat(tandem("dead-letters", "retry", "--dry-run").out())
        .isEqualTo(
            "would ask for 1 entity\nleft out 2 that another try would delete or not mend: repair"
                + " --dry-run says why of each\n");
    assertThat(tandem("dead-letters", "retry", "--json").json().path("others").asInt())
        .isEqualTo(2);
    assertThat(repairs()).containsExactly("0 key of 7 null");
  }

  @Test
  void shouldKeepWhoHasDealtWithWhichLettersAndCloseNothing() throws Exception {
    Setup.run(mini.site());
    write(some());
    bury(
        letter(Stage.APPLY, 1, "key of 2", "check constraint"),
        letter(Stage.TRANSLATE, 0, "key of 5", "no value for Z"),
        letter(Stage.CAPTURE, -1, null, "too large"));
    assertThat(tandem("dead-letters", "discard", "--all").err()).contains("--why: say how");
    assertThat(tandem("dead-letters", "discard", "--why", "x").err()).contains("or --all");
    assertThat(tandem("dead-letters", "discard", "--all", "--entity", "Item", "--why", "x").code())
        .isEqualTo(2);
    assertThat(tandem("dead-letters", "discard", "0:999", "--why", "x").err())
        .contains("found no 0:999");
    assertThat(tandem("dead-letters", "discard", "--all", "--dry-run").out())
        .isEqualTo(
            "would discard 3 letters\n1 of them are of entities that differ still: these stay open\n");
    assertThat(letters().findValues("discarded")).allMatch(JsonNode::isNull);

    JsonNode too =
        tandem("dead-letters", "--stage", "capture", "--json").json().at("/letters/0/id");
    assertThat(
            tandem("dead-letters", "discard", "--id", too.asText(), "--why", "cut by hand").out())
        .isEqualTo("discarded 1 letter\n");
    assertThat(tandem("dead-letters", "show", too.asText()).out())
        .contains("unknown, discarded")
        .contains("discarded by " + System.getProperty("user.name"))
        .contains(": cut by hand");
    assertThat(tandem("dead-letters").code()).isEqualTo(1);

    assertThat(
            tandem("dead-letters", "discard", "--entity", "Item", "--why", "they know", "--json")
                .json())
        .hasToString("{\"migration\":\"mini\",\"discarded\":2,\"differing\":1,\"dryRun\":false}");
    assertThat(tandem("dead-letters").code()).isZero();
    assertThat(letters().findValuesAsText("standing"))
        .containsExactlyInAnyOrder("OPEN", "HEALED", "UNKNOWN");
    assertThat(letters().findValuesAsText("why"))
        .containsExactlyInAnyOrder("cut by hand", "they know", "they know");
    assertThat(tandem("dead-letters", "retry").out()).isEqualTo("asked for 0 entities\n");
    assertThat(tandem("divergences", "--open").out()).contains("4 divergences are open");

    bury(letter(Stage.TRANSLATE, 0, "key of 2", "later"));
    assertThat(tandem("dead-letters").code()).isEqualTo(1);
    assertThat(letters().findValues("discarded")).filteredOn(JsonNode::isNull).hasSize(1);
    assertThat(tandem("dead-letters", "discard", "--all", "--why", "all").out())
        .startsWith("discarded 1 letter\n");
  }

  private JsonNode letters() throws Exception {
    return tandem("dead-letters", "--json").json().path("letters");
  }

  private static DeadLetter letter(
      Stage stage, int partition, @Nullable String key, String reason) {
    return new DeadLetter(
        stage,
        "items",
        "Item",
        "mini.items.outbox",
        partition,
        7,
        reason,
        "",
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        null,
        5);
  }

  private void bury(DeadLetter... letters) throws Exception {
    var codec = new DeadLetters(mini.site().registry(), "mini.dead-letter");
    try (var producer = producer(Map.of())) {
      for (DeadLetter letter : letters) {
        producer.send(new ProducerRecord<>("mini.dead-letter", codec.encode(letter))).get();
      }
    }
  }

  /// Partition, key and value of every request, in the order of partition and place.
  private List<String> repairs() {
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var replay = TopicReplay.whole(client(), "mini.items.repair")) {
      replay.toEnd(found::add);
    }
    return found.stream()
        .map(
            record ->
                record.partition()
                    + " "
                    + new String(record.key(), StandardCharsets.UTF_8)
                    + " "
                    + (record.value() == null ? "null" : "a value"))
        .toList();
  }

  private void write(LedgerEntry... entries) throws Exception {
    try (var producer = producer(Map.of("transactional.id", "reconciler"))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, entries);
      producer.commitTransaction();
    }
  }

  private void writeAborted(LedgerEntry... entries) throws Exception {
    try (var producer = producer(Map.of("transactional.id", "reconciler"))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, entries);
      producer.flush();
      producer.abortTransaction();
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, LedgerEntry... entries)
      throws Exception {
    var codec = new Divergences(mini.site().registry(), LEDGER);
    for (LedgerEntry entry : entries) {
      producer
          .send(new ProducerRecord<>(LEDGER, entry.contractKey(), codec.encode(entry.event())))
          .get();
    }
  }

  private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var settings = new HashMap<>(client());
    settings.putAll(more);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> client() {
    return Map.of("bootstrap.servers", mini.bootstrapServers());
  }

  private static String[] with(String[] first, String... more) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /// A command of this migration.
  private Ended tandem(String... arguments) throws Exception {
    var all = new ArrayList<>(List.of(arguments));
    all.add(1, mini.spec().toString());
    return Ended.of(all.toArray(String[]::new));
  }

  private static CommandLine commands(StringWriter out, StringWriter err) {
    var commands = Tandem.commands();
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    return commands;
  }
}
