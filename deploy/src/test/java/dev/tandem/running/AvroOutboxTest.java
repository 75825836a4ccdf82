package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.demo.Examples;
import dev.tandem.metrics.Health;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.run.MigrationReader.Reach;
import dev.tandem.run.MigrationRun;
import dev.tandem.stack.Stack;
import dev.tandem.status.StatusReader;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Framing;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two domains that are made from payloads in Avro, in two versions of their schema: of one the
/// aggregate's id names an aggregate, of the other a field of the payload.
class AvroOutboxTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int UNKNOWN = 999_999;

  private static final String PHONES =
      """
      {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "Phone", "fields": [
        {"name": "line", "type": "int"}, {"name": "digits", "type": "string"}]}}}
      """;
  private static final Schema FIRST =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "PersonChanged", "namespace": "legacy", "fields": [
                {"name": "name", "type": "string"},
                {"name": "account", "type": {"type": "record", "name": "Account", "fields": [
                  {"name": "balance", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}]}},
                %s]}
              """
                  .formatted(PHONES));

  /// Fields in another order, and more of them.
  private static final Schema SECOND =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "PersonChanged", "namespace": "legacy", "fields": [
                {"name": "tags", "type": {"type": "map", "values": "double"}, "default": {}},
                {"name": "born", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null},
                {"name": "seen", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
                {"name": "account", "type": {"type": "record", "name": "Account", "fields": [
                  {"name": "balance", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}}]}},
                {"name": "name", "type": "string"},
                %s]}
              """
                  .formatted(PHONES));
  private static final Schema ORDER =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "OrderChanged", "namespace": "legacy", "fields": [
                {"name": "nr", "type": "long"}, {"name": "cents", "type": "int"}]}
              """);

  @TempDir private Path directory;

  private final Map<String, String> people = new TreeMap<>();
  private final Map<String, String> orders = new TreeMap<>();
  private final Map<Schema, Integer> ids = new java.util.HashMap<>();
  private final Random random = new Random(11);
  private int made;

  @Test
  void shouldFollowEventsInAvroAndHealWhatCannotBeReadWithTheNextOne() throws Exception {
    try (var stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
        var legacy = OutboxStage.connect(stack.address().legacy());
        var target = OutboxStage.connect(stack.address().target())) {
      prepare(legacy, target);
      var environment = Examples.environment(stack.address());
      Path spec = spec();
      assertThat(MigrationReader.check(spec, environment, Reach.ONLINE).all()).isEmpty();
      register(stack.address().registry());
      for (int i = 0; i < 200; i++) {
        write(legacy);
      }
      Migration migration = MigrationReader.read(spec, environment);
      try (var run = MigrationRun.start(migration, OutboxStage.settings(directory, new Health()));
          var status = OutboxStage.status(migration)) {
        assertEqual(target);
        for (int i = 0; i < 500; i++) {
          write(legacy);
        }
        OutboxStage.awaitRest(status);
        assertEqual(target);
        assertThat(status.openDivergences().orElseThrow()).isEmpty();
        assertThat(OutboxStage.letters(migration)).isEmpty();
        parkPoison(legacy, target, migration, status);
      }
    }
  }

  private static void prepare(Connection legacy, Connection target) throws SQLException {
    OutboxStage.execute(
        legacy,
        """
        CREATE TABLE outbox (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, aggregatetype text NOT NULL,
          aggregateid text NOT NULL, type text NOT NULL, payload bytea)
        """);
    OutboxStage.execute(
        target,
        """
        CREATE TABLE person (person_id text PRIMARY KEY, name text NOT NULL, balance numeric(12,2) NOT NULL,
          born date, seen timestamptz);
        CREATE TABLE phone (person_id text NOT NULL REFERENCES person, line int, digits text NOT NULL,
          PRIMARY KEY (person_id, line));
        CREATE TABLE orders (order_no bigint PRIMARY KEY, cents int NOT NULL);
        """);
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
          {"name": "seen", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": null},
          {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "Phone", "fields": [
            {"name": "line", "type": "int"}, {"name": "digits", "type": "string"}]}}}]}
        """);
    OutboxStage.contract(
        directory,
        "order",
        """
        {"type": "record", "name": "Order", "namespace": "events", "fields": [
          {"name": "orderNo", "type": "long"}, {"name": "cents", "type": "int"}]}
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
                  payload: avro
                  aggregate: person
                  deletions: PersonDeleted
                  order: id
                  after-reading: deleted
                  fields:
                    name: text
                    account.balance: numeric(12,2)
                    born: optional date
                    seen: optional timestamptz
                    phones: [ { line: integer, digits: text } ]
                key: personId
                map:
                  personId: aggregateid
                  name: name
                  balance: account.balance
                  born: born
                  seen: seen
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
                  payload: avro
                  aggregate: order
                  identity: nr
                  order: id
                  after-reading: deleted
                  fields: { nr: bigint, cents: integer }
                key: orderNo
                map: { orderNo: nr, cents: cents }
                to: { table: public.orders }
            sunset: { permanent: { because: "a test", review: 2027-12-31 } }
        """);
  }

  private void register(String url) {
    var registry = new SchemaRegistryClient(RegistryConfig.of(Map.of("schema.registry.url", url)));
    for (Schema schema : List.of(FIRST, SECOND, ORDER)) {
      ids.put(schema, registry.register("legacy-" + schema.getName(), schema));
    }
    assertThat(ids.values()).doesNotHaveDuplicates().doesNotContain(UNKNOWN);
  }

  private void write(Connection legacy) throws Exception {
    if (random.nextInt(4) == 0) {
      int nr = random.nextInt(30);
      int cents = ++made;
      write(legacy, "order", "x" + cents, order(nr, cents));
      orders.put(String.valueOf(nr), String.valueOf(cents));
    } else {
      writePerson(legacy, "p" + random.nextInt(40));
    }
  }

  private void writePerson(Connection legacy, String id) throws Exception {
    if (random.nextInt(6) == 0) {
      write(legacy, "person", id, null);
      people.remove(id);
      return;
    }
    Schema schema = random.nextBoolean() ? FIRST : SECOND;
    int number = ++made;
    var person = new GenericData.Record(schema);
    person.put("name", "n" + number);
    var account = new GenericData.Record(schema.getField("account").schema());
    account.put("balance", ByteBuffer.wrap(java.math.BigInteger.valueOf(number).toByteArray()));
    person.put("account", account);
    var phones = new ArrayList<GenericData.Record>();
    var shown = new ArrayList<String>();
    for (int line = 1; line <= random.nextInt(3); line++) {
      var phone = new GenericData.Record(schema.getField("phones").schema().getElementType());
      phone.put("line", line);
      phone.put("digits", "d" + number);
      phones.add(phone);
      shown.add(line + ":d" + number);
    }
    person.put("phones", phones);
    String born = "null";
    String seen = "null";
    if (schema.equals(SECOND)) {
      // Nobody reads it: it may be what no column takes.
      person.put("tags", Map.of("ratio", Double.NaN));
      if (random.nextBoolean()) {
        person.put("born", 10_957);
        born = "2000-01-01";
      }
      long millis = 1_700_000_000_000L + number;
      person.put("seen", millis);
      seen = String.valueOf(Instant.ofEpochMilli(millis).toEpochMilli());
    }
    write(legacy, "person", id, framed(ids.getOrDefault(schema, 0), person));
    people.put(
        id,
        "n%d|%s|%s|%s|%s"
            .formatted(number, java.math.BigDecimal.valueOf(number, 2), born, seen, shown));
  }

  private byte[] order(int nr, int cents) throws Exception {
    var order = new GenericData.Record(ORDER);
    order.put("nr", (long) nr);
    order.put("cents", cents);
    return framed(ids.getOrDefault(ORDER, 0), order);
  }

  /// As an application's serializer does.
  private static byte[] framed(int id, GenericData.Record record) throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.write(new byte[Framing.SIZE]);
    var out = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericData.Record>(record.getSchema()).write(record, out);
    out.flush();
    byte[] framed = bytes.toByteArray();
    Framing.write(framed, id);
    return framed;
  }

  private static void write(Connection legacy, String kind, String id, byte @Nullable [] payload)
      throws SQLException {
    try (var insert =
        legacy.prepareStatement(
            "INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES (?, ?, ?, ?)")) {
      insert.setString(1, kind);
      insert.setString(2, id);
      insert.setString(3, payload == null ? "PersonDeleted" : "Changed");
      insert.setBytes(4, payload);
      insert.executeUpdate();
    }
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
                              coalesce((extract(epoch FROM seen) * 1000)::bigint::text, 'null'),
                              (SELECT '[' || coalesce(string_agg(line || ':' || digits, ', ' ORDER BY line), '') || ']'
                                 FROM phone p WHERE p.person_id = person.person_id))
                            FROM person
                          """))
                  .isEqualTo(people);
              assertThat(OutboxStage.rows(target, "SELECT order_no, cents FROM orders"))
                  .isEqualTo(orders);
            });
  }

  private void parkPoison(
      Connection legacy, Connection target, Migration migration, StatusReader status)
      throws Exception {
    byte[] garbage = "secret{".getBytes(StandardCharsets.UTF_8);
    byte[] cut = order(1, 2);
    Framing.write(cut, ids.getOrDefault(FIRST, 0));
    byte[] unknown = order(1, 2);
    Framing.write(unknown, UNKNOWN);
    List<byte[]> poison = List.of(garbage, cut, unknown);
    List<String> victims = people.keySet().stream().limit(poison.size()).toList();
    for (int i = 0; i < victims.size(); i++) {
      write(legacy, "person", victims.get(i), poison.get(i));
    }
    // Of this one not even the partition is known.
    write(legacy, "order", "x", garbage);
    OutboxStage.awaitOpen(status, Map.of("people", Map.of(Kind.UNTRANSLATABLE, 3L)));
    assertEqual(target);
    var letters = OutboxStage.letters(migration);
    assertThat(letters).allSatisfy(it -> assertThat(it.reason()).doesNotContain("secret"));
    assertThat(letters.stream().filter(it -> it.stage() == DeadLetter.Stage.TRANSLATE))
        .extracting(DeadLetter::reason)
        .satisfiesExactlyInAnyOrder(
            it ->
                assertThat(it)
                    .isEqualTo(
                        "payload: expected Avro behind a zero and four bytes of a schema id, found"
                            + " none"),
            it -> assertThat(it).startsWith("payload.").contains(": expected "),
            it ->
                assertThat(it)
                    .startsWith("payload: expected a schema id of the registry")
                    .contains("found " + UNKNOWN)
                    .contains("fix: "));
    assertThat(letters.stream().filter(it -> it.stage() == DeadLetter.Stage.CAPTURE))
        .singleElement()
        .satisfies(it -> assertThat(it.reason()).contains("payload: expected Avro behind a zero"));
    for (String victim : victims) {
      people.remove(victim);
      while (!people.containsKey(victim)) {
        writePerson(legacy, victim);
      }
    }
    OutboxStage.awaitOpen(status, Map.of());
    OutboxStage.awaitRest(status);
    assertEqual(target);
    assertThat(status.openDivergences().orElseThrow()).isEmpty();
  }
}
