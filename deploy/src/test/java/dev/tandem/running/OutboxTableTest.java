package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.demo.Examples;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.job.JobLimits;
import dev.tandem.job.JobOrder;
import dev.tandem.job.JobScope;
import dev.tandem.metrics.Health;
import dev.tandem.operate.JobOrdering;
import dev.tandem.operate.Refusal;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationReader.Reach;
import dev.tandem.run.MigrationRun;
import dev.tandem.stack.Stack;
import dev.tandem.status.StatusReader;
import dev.tandem.status.SweepStatus;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Divergence.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two domains that are made from one legacy outbox table, on real stores and under load: rows that
/// are there before, rows that are deleted in the transaction that wrote them, rows that are marked
/// as sent, and payloads that cannot be read.
class OutboxTableTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PEOPLE = 60;

  @TempDir private Path directory;

  private final Map<String, String> people = new TreeMap<>();
  private final Map<String, String> orders = new TreeMap<>();
  private final Random random = new Random(7);
  private int made;
  private Health health = new Health();

  /// The table and the columns that events are written to.
  private String into = "outbox (aggregatetype, aggregateid, type, payload)";

  @Test
  void shouldFollowTheEventsFindWhatIsWrongAndHealWithTheNextEvent() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      prepare(stack);
      Path spec = spec();
      assertThat(
              MigrationReader.check(spec, Examples.environment(stack.address()), Reach.ONLINE)
                  .all())
          .singleElement()
          .satisfies(warning -> assertThat(warning.cause()).contains("no 'order' is declared"));
      Migration migration = MigrationReader.read(spec, Examples.environment(stack.address()));
      try (var legacy = OutboxStage.connect(stack.address().legacy());
          var target = OutboxStage.connect(stack.address().target());
          var status =
              new StatusReader(
                  migration.plan(),
                  migration.stores().target(),
                  migration.kafka().objects(),
                  Clock.systemUTC())) {
        for (int i = 0; i < 300; i++) {
          writePerson(legacy, Habit.KEEP);
        }
        try (var run = MigrationRun.start(migration, settings())) {
          // What is there before is read of people alone: the events of orders have no order.
          awaitPeople(status);
          load(legacy, 400);
          OutboxStage.awaitRest(status);
          assertEqual(target);
          load(legacy, 1_500);
          OutboxStage.awaitRest(status);
          assertEqual(target);
          assertThat(status.openDivergences().orElseThrow()).isEmpty();
          assertThat(OutboxStage.letters(migration)).isEmpty();
          findAPlantedFault(legacy, target, status);
          parkPoison(legacy, migration, status, target);
          refuseToSweepWithoutAnOrder(migration);
        }
      }
    }
  }

  /// Who declares that rows are kept hears of each one that is not, and of nothing else.
  @Test
  void shouldSayThatRowsAreGoneWhichTheSpecSaysAreKeptAndChangeNothing() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      prepare(stack);
      Path spec =
          Files.writeString(
              directory.resolve("kept.yaml"),
              Files.readString(spec()).replace("after-reading: deleted", "after-reading: kept"));
      Migration migration = MigrationReader.read(spec, Examples.environment(stack.address()));
      try (var legacy = OutboxStage.connect(stack.address().legacy());
          var target = OutboxStage.connect(stack.address().target());
          var run = MigrationRun.start(migration, settings());
          var status = OutboxStage.status(migration)) {
        awaitPeople(status);
        for (int i = 0; i < 20; i++) {
          writePerson(legacy, Habit.MARK);
        }
        OutboxStage.execute(legacy, "DELETE FROM outbox WHERE id = 3");
        writePerson(legacy, Habit.KEEP);
        OutboxStage.execute(legacy, "TRUNCATE outbox");
        writePerson(legacy, Habit.KEEP);
        OutboxStage.awaitRest(status);
        assertEqual(target);
        assertThat(status.openDivergences().orElseThrow()).isEmpty();
        assertThat(OutboxStage.letters(migration))
            .hasSize(4)
            .allSatisfy(
                letter ->
                    assertThat(letter.reason())
                        .contains("to be kept, as the spec says (after-reading: kept)"))
            .extracting(DeadLetter::domain)
            .containsExactlyInAnyOrder("people", "orders", "people", "orders");
      }
    }
  }

  /// Events that are written under names that the spec does not say yet are captured all the same,
  /// and read once it says them: each by one partition.
  @Test
  void shouldGoOnBehindARenamedTableAndRenamedColumnsOnceTheSpecSaysThem() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")))) {
      prepare(stack);
      Path spec = spec();
      var environment = Examples.environment(stack.address());
      try (var legacy = OutboxStage.connect(stack.address().legacy());
          var target = OutboxStage.connect(stack.address().target())) {
        for (int i = 0; i < 50; i++) {
          writePerson(legacy, Habit.KEEP);
        }
        Migration migration = MigrationReader.read(spec, environment);
        try (var run = MigrationRun.start(migration, settings());
            var status = OutboxStage.status(migration)) {
          awaitPeople(status);
          load(legacy, 200);
          OutboxStage.awaitRest(status);
          assertEqual(target);
          OutboxStage.execute(legacy, "ALTER TABLE outbox RENAME COLUMN aggregateid TO agg");
          OutboxStage.execute(legacy, "ALTER TABLE outbox RENAME COLUMN payload TO body");
          OutboxStage.execute(legacy, "ALTER TABLE outbox RENAME TO events");
          into = "events (aggregatetype, agg, type, body)";
          load(legacy, 200);
          Awaitility.await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(health.lines())
                          .contains("translate people: stopped", "translate orders: stopped"));
          assertThat(status.schemaChanges())
              .extracting(SchemaChanged::finding)
              .allSatisfy(finding -> assertThat(finding).contains("formerly"));
        }
        Path corrected =
            Files.writeString(
                directory.resolve("corrected.yaml"),
                Files.readString(spec)
                    .replace(
                        "outbox: public.outbox",
                        """
                        outbox: public.events
                                  formerly: public.outbox
                                  renamed: { aggregateid: agg, payload: body }\
                        """));
        Migration now = MigrationReader.read(corrected, environment);
        try (var run = MigrationRun.start(now, settings());
            var status = OutboxStage.status(now)) {
          load(legacy, 200);
          OutboxStage.awaitRest(status);
          assertEqual(target);
          assertThat(status.openDivergences().orElseThrow()).isEmpty();
          assertThat(OutboxStage.letters(now)).isEmpty();
        }
      }
    }
  }

  private void prepare(Stack stack) throws Exception {
    try (var legacy = OutboxStage.connect(stack.address().legacy());
        var target = OutboxStage.connect(stack.address().target())) {
      OutboxStage.execute(
          legacy,
          """
          CREATE TABLE outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, aggregatetype text NOT NULL,
            aggregateid text NOT NULL, type text NOT NULL, payload text, sent boolean NOT NULL DEFAULT false)
          """);
      OutboxStage.execute(
          target,
          """
          CREATE TABLE person (person_id text PRIMARY KEY, name text NOT NULL, balance numeric(12,2) NOT NULL,
            born date);
          CREATE TABLE phone (person_id text NOT NULL REFERENCES person, line int, digits text NOT NULL,
            PRIMARY KEY (person_id, line));
          CREATE TABLE orders (order_no bigint PRIMARY KEY, total numeric(12,2) NOT NULL);
          """);
    }
  }

  private Path spec() throws Exception {
    OutboxStage.contract(
        directory,
        "person",
        """
        {"type": "record", "name": "Person", "namespace": "events", "fields": [
          {"name": "personId", "type": "string"}, {"name": "name", "type": "string"},
          {"name": "balance", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
          {"name": "born", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null},
          {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "Phone", "fields": [
            {"name": "line", "type": "int"}, {"name": "digits", "type": "string"}]}}}]}
        """);
    OutboxStage.contract(
        directory,
        "order",
        """
        {"type": "record", "name": "Order", "namespace": "events", "fields": [
          {"name": "orderNo", "type": "long"},
          {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}]}
        """);
    return Files.writeString(
        directory.resolve("events.yaml"),
        """
        migration: events
        legacy: { url: "${LEGACY_URL}", user: "${LEGACY_USER}", password: "${LEGACY_PASSWORD}" }
        target: { url: "${TARGET_URL}", user: "${TARGET_USER}", password: "${TARGET_PASSWORD}" }
        kafka: { bootstrap.servers: "${KAFKA}" }
        registry: { url: "${REGISTRY}" }
        domains:
          people:
            owner: { team: events, contact: events@example.com }
            partitions: 3
            partition-by: personId
            objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
            entities:
              Person:
                contract: contracts/person
                from:
                  outbox: public.outbox
                  aggregate: person
                  deletions: PersonDeleted
                  order: id
                  after-reading: deleted
                  fields:
                    name: text
                    account.balance: numeric(12,2)
                    born: optional date
                    phones: [ { line: integer, digits: text } ]
                key: personId
                map:
                  personId: aggregateid
                  name: name
                  balance: account.balance
                  born: born
                  phones: { each: phones, map: { line: line, digits: digits } }
                to: { table: public.person, children: { phones: public.phone } }
            sunset: { permanent: { because: "a test", review: 2027-12-31 } }
          orders:
            owner: { team: events, contact: events@example.com }
            partitions: 2
            partition-by: orderNo
            objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
            entities:
              Order:
                contract: contracts/order
                from:
                  outbox: public.outbox
                  aggregate: order
                  identity: nr
                  after-reading: deleted
                  fields: { nr: bigint, total: "numeric(12,2)" }
                key: orderNo
                map: { orderNo: nr, total: total }
                to: { table: public.orders }
            sunset: { permanent: { because: "a test", review: 2027-12-31 } }
        """);
  }

  private MigrationRun.Settings settings() {
    health = new Health();
    return OutboxStage.settings(directory, health);
  }

  /// What the application does with a row that it has written.
  private enum Habit {
    KEEP,
    MARK,
    DELETE
  }

  private void load(Connection legacy, int transactions) throws SQLException {
    for (int i = 0; i < transactions; i++) {
      legacy.setAutoCommit(false);
      for (int n = random.nextInt(3); n >= 0; n--) {
        Habit habit = Habit.values()[random.nextInt(3)];
        if (random.nextInt(4) == 0) {
          writeOrder(legacy, habit);
        } else {
          writePerson(legacy, habit);
        }
      }
      legacy.commit();
    }
    legacy.setAutoCommit(true);
  }

  private void writePerson(Connection legacy, Habit habit) throws SQLException {
    String id = "p" + random.nextInt(PEOPLE);
    int number = ++made;
    if (random.nextInt(6) == 0) {
      write(legacy, habit, new Event("person", id, "PersonDeleted", null));
      people.remove(id);
      return;
    }
    int lines = random.nextInt(3);
    var phones = new ArrayList<String>();
    var shown = new ArrayList<String>();
    for (int line = 1; line <= lines; line++) {
      phones.add("{\"line\": %d, \"digits\": \"%d\"}".formatted(line, number));
      shown.add(line + ":" + number);
    }
    boolean born = random.nextBoolean();
    write(
        legacy,
        habit,
        new Event(
            "person",
            id,
            "PersonChanged",
            "{\"name\": \"n%1$d\", \"account\": {\"balance\": %1$d.50}, %2$s \"phones\": %3$s, \"more\": [1]}"
                .formatted(number, born ? "\"born\": \"2000-01-31\"," : "", phones)));
    people.put(id, "n%1$d|%1$d.50|%2$s|%3$s".formatted(number, born ? "2000-01-31" : null, shown));
  }

  private void writeOrder(Connection legacy, Habit habit) throws SQLException {
    int no = random.nextInt(40);
    int number = ++made;
    write(
        legacy,
        habit,
        new Event(
            "order", "x" + number, "Changed", "{\"nr\": %d, \"total\": %d}".formatted(no, number)));
    orders.put(String.valueOf(no), number + ".00");
  }

  private record Event(String kind, String id, String type, @Nullable String payload) {}

  private void write(Connection legacy, Habit habit, Event event) throws SQLException {
    long id;
    try (var insert =
        legacy.prepareStatement("INSERT INTO " + into + " VALUES (?, ?, ?, ?) RETURNING id")) {
      insert.setString(1, event.kind);
      insert.setString(2, event.id);
      insert.setString(3, event.type);
      insert.setString(4, event.payload);
      try (var row = insert.executeQuery()) {
        row.next();
        id = row.getLong(1);
      }
    }
    switch (habit) {
      case KEEP -> {}
      case MARK ->
          OutboxStage.execute(legacy, "UPDATE " + table() + " SET sent = true WHERE id = " + id);
      case DELETE -> OutboxStage.execute(legacy, "DELETE FROM " + table() + " WHERE id = " + id);
    }
  }

  private String table() {
    return into.substring(0, into.indexOf(' '));
  }

  private void awaitPeople(StatusReader status) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptions()
        .until(() -> status.capture().tables().stream().allMatch(SweepStatus.Table::ended));
  }

  private void assertEqual(Connection target) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(
                      OutboxStage.rows(
                          target,
                          """
                          SELECT person_id, concat_ws('|', name, balance, coalesce(born::text, 'null'),
                              (SELECT '[' || coalesce(string_agg(line || ':' || digits, ', ' ORDER BY line), '') || ']'
                                 FROM phone p WHERE p.person_id = person.person_id))
                            FROM person
                          """))
                  .isEqualTo(people);
              assertThat(OutboxStage.rows(target, "SELECT order_no, total FROM orders"))
                  .isEqualTo(orders);
            });
  }

  private void findAPlantedFault(Connection legacy, Connection target, StatusReader status)
      throws SQLException {
    String victim = people.keySet().iterator().next();
    OutboxStage.execute(
        target, "UPDATE person SET name = 'wrong' WHERE person_id = '" + victim + "'");
    OutboxStage.awaitOpen(status, Map.of("people", Map.of(Kind.FOREIGN_WRITE, 1L)));
    write(
        legacy,
        Habit.DELETE,
        new Event(
            "person",
            victim,
            "PersonChanged",
            "{\"name\": \"again\", \"account\": {\"balance\": \"1.50\"}, \"phones\": null}"));
    people.put(victim, "again|1.50|null|[]");
    OutboxStage.awaitOpen(status, Map.of());
    assertEqual(target);
  }

  private void parkPoison(
      Connection legacy, Migration migration, StatusReader status, Connection target)
      throws SQLException {
    List<String> victims = people.keySet().stream().limit(5).toList();
    List<String> poison =
        List.of(
            "secret{",
            "{\"account\": {\"balance\": 1}}",
            "{\"name\": 7, \"account\": {\"balance\": 1}}",
            "{\"name\": \"a\", \"account\": {\"balance\": 1.234}}",
            "{\"name\": " + "[".repeat(5_000) + "]".repeat(5_000) + "}");
    for (int i = 0; i < victims.size(); i++) {
      write(legacy, Habit.DELETE, new Event("person", victims.get(i), "Changed", poison.get(i)));
    }
    // Of this one not even the partition is known.
    write(legacy, Habit.DELETE, new Event("order", "x", "Changed", "{\"total\": 5}"));
    OutboxStage.awaitOpen(status, Map.of("people", Map.of(Kind.UNTRANSLATABLE, 5L)));
    assertEqual(target);
    var letters = OutboxStage.letters(migration);
    assertThat(letters.stream().filter(it -> it.stage() == DeadLetter.Stage.TRANSLATE))
        .extracting(DeadLetter::reason)
        .containsExactlyInAnyOrder(
            "payload: expected a JSON object in which each key stands once, found text that is"
                + " none, from line 1, column 1 on",
            "payload.name: expected text, found no such key",
            "payload.name: expected text, found a number",
            "payload.account.balance: expected numeric(12,2), found a number with more than 2"
                + " decimals",
            "payload: expected JSON of at most 100 levels and 2000 digits, found more");
    assertThat(letters.stream().filter(it -> it.stage() == DeadLetter.Stage.CAPTURE))
        .singleElement()
        .satisfies(
            it ->
                assertThat(it.reason()).endsWith("payload.nr: expected bigint, found no such key"));
    for (String victim : victims) {
      write(
          legacy,
          Habit.KEEP,
          new Event(
              "person",
              victim,
              "Changed",
              "{\"name\": \"healed\", \"account\": {\"balance\": 0}}"));
      people.put(victim, "healed|0.00|null|[]");
    }
    OutboxStage.awaitOpen(status, Map.of());
    assertEqual(target);
  }

  private static void refuseToSweepWithoutAnOrder(Migration migration) {
    var ordering = new JobOrdering(migration, Clock.systemUTC());
    for (var domain : migration.plan().domains()) {
      var request =
          new JobOrdering.Request(
              JobOrder.Kind.VERIFY,
              domain,
              Optional.empty(),
              JobScope.ALL,
              new JobLimits.Change(null, null, null),
              0,
              new JobOrdering.Who("test", "a test"));
      if (domain.name().equals("orders")) {
        assertThatThrownBy(() -> ordering.order(request))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("public.outbox of Order cannot be swept")
            .hasMessageContaining("write order:");
      } else {
        assertThat(ordering.order(request).domain()).isEqualTo("people");
      }
    }
  }
}
