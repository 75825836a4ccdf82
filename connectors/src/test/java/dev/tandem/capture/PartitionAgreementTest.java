package dev.tandem.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.apply.ContractLog;
import dev.tandem.apply.TargetWriter;
import dev.tandem.contract.CanonicalText;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.ObservedValue;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.TestPostgres;
import dev.tandem.row.Row;
import dev.tandem.setup.TargetSchema;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One domain for each type of key in each type of column: what is captured from the legacy store,
/// projected by the mapping and written by apply, comes back through the capture of the target in
/// the partition that it left from (DESIGN invariant 2).
class PartitionAgreementTest {
  private static final int PARTITIONS = 4;
  private static final String UUIDS =
      "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8', '00000000-0000-0000-0000-000000000001'";
  private static final String DECIMALS = "0, 1, -1.5, 12.00, 12.30, 9999999.99, -0.01";
  private static final String MOMENTS =
      "'1969-12-31 23:59:59.999999', '2024-02-29 12:00', '0001-01-01', '9999-12-31 23:59:59.5'";

  /// @param lens of the key, from column `c`
  private record Key(String avro, String lens, String legacy, String values) {}

  private static final Map<Key, List<String>> CASES = new LinkedHashMap<>();

  static {
    String date = logical("int", "date");
    String decimal = "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, ";
    CASES.put(
        new Key("\"string\"", "c", "text", "'a', 'b c', 'é', 'Zürich', '0', 'x''y'"),
        List.of("text", "varchar(40)", "char(40)"));
    CASES.put(
        new Key(logical("string", "uuid"), "c", "uuid", UUIDS),
        List.of("uuid", "text", "char(40)"));
    CASES.put(
        new Key("\"int\"", "c", "int", "0, 1, -1, 2147483647, -2147483648"),
        List.of("int", "bigint", "numeric", "numeric(14,3)", "double precision"));
    CASES.put(
        new Key("\"long\"", "c", "bigint", "0, 1, -1, 9223372036854775807, -9223372036854775808"),
        List.of("bigint", "numeric(24,2)"));
    CASES.put(new Key("\"boolean\"", "c", "boolean", "true, false"), List.of("boolean"));
    CASES.put(
        new Key(
            "{\"type\": \"enum\", \"name\": \"Colour\", \"symbols\": [\"RED\", \"BLUE\"]}",
            "{ enum: c, values: { r: RED, b: BLUE } }",
            "text",
            "'r', 'b'"),
        List.of("text", "crm.colour", "char(12)"));
    CASES.put(
        new Key(decimal + "\"scale\": 2}", "c", "numeric(9,2)", DECIMALS),
        List.of("numeric(9,2)", "numeric(14,6)", "numeric"));
    CASES.put(
        new Key(decimal + "\"scale\": 0}", "c", "numeric(9,0)", "0, 10, -100, 999999999"),
        List.of("int", "bigint"));
    CASES.put(
        new Key(date, "c", "date", "'1970-01-01', '0001-01-01', '2024-02-29'"), List.of("date"));
    CASES.put(
        new Key(logical("long", "timestamp-micros"), "c", "timestamptz", MOMENTS),
        List.of("timestamptz"));
    CASES.put(
        new Key(logical("long", "local-timestamp-micros"), "c", "timestamp", MOMENTS),
        List.of("timestamp"));
    CASES.put(
        new Key(logical("long", "time-micros"), "c", "time", "'00:00', '23:59:59.999999'"),
        List.of("time"));
  }

  private static String logical(String type, String name) {
    return "{\"type\": \"" + type + "\", \"logicalType\": \"" + name + "\"}";
  }

  private static final String HEAD =
      """
      migration: keys
      legacy: { url: "jdbc:postgresql://h/d", user: u, password: p }
      target: { url: "jdbc:postgresql://h/d", user: u, password: p }
      kafka: { bootstrap.servers: "h:1" }
      registry: { url: "http://h:1" }
      domains:
      """;

  private static final String DOMAIN =
      """
        %1$s:
          owner: { team: shop, contact: shop@example.com }
          partitions: 4
          partition-by: k
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Thing:
              contract: contracts/%1$s
              version: 1
              from: { root: old.%1$s }
              key: k
              map: { k: %2$s }
              to: { table: crm.%1$s }
          sunset: { permanent: { because: "a test", review: 2027-12-31 } }
      """;

  private final MemoryOutbox outbox = new MemoryOutbox();
  private final MemoryOutbox observed = new MemoryOutbox();
  private final List<TableId> legacy = new ArrayList<>();
  private final List<TableId> target = new ArrayList<>();

  @Test
  void shouldFindARowOfEitherSideInOnePartitionWhateverItsKeyIsMadeOf(@TempDir Path folder)
      throws Exception {
    try (var postgres = TestPostgres.start()) {
      MigrationPlan plan = make(postgres, folder);
      publish(postgres, Side.LEGACY, legacy);
      target.addAll(OwnRows.TABLES);
      publish(postgres, Side.TARGET, target);
      capture(postgres, plan, Side.LEGACY);
      for (DomainPlan domain : plan.domains()) {
        apply(postgres, domain);
      }
      capture(postgres, plan, Side.TARGET);
      assertThat(outbox.deadLetters()).isEmpty();
      assertThat(observed.deadLetters()).isEmpty();
      for (DomainPlan domain : plan.domains()) {
        assertAgreement(domain);
      }
    }
  }

  private MigrationPlan make(TestPostgres postgres, Path folder) throws Exception {
    postgres.execute(
        "CREATE SCHEMA old; CREATE SCHEMA crm; CREATE TYPE crm.colour AS ENUM ('RED', 'BLUE')");
    var spec = new StringBuilder(HEAD);
    for (var each : CASES.entrySet()) {
      Key key = each.getKey();
      for (String column : each.getValue()) {
        String name = "k" + legacy.size();
        legacy.add(new TableId("old", name));
        target.add(new TableId("crm", name));
        postgres.execute(
            "CREATE TABLE old." + name + " (c " + key.legacy() + " PRIMARY KEY)",
            "CREATE TABLE crm." + name + " (k " + column + " PRIMARY KEY)",
            "INSERT INTO old."
                + name
                + " SELECT v::"
                + key.legacy()
                + " FROM unnest(ARRAY["
                + key.values()
                + "]) v");
        Path contract = Files.createDirectories(folder.resolve("contracts/" + name));
        Files.writeString(
            contract.resolve("v1.avsc"),
            """
            {"type": "record", "name": "Thing", "namespace": "%s", "fields": [
              {"name": "k", "type": %s}]}
            """
                .formatted(name, key.avro()));
        spec.append(DOMAIN.formatted(name, key.lens()));
      }
    }
    var read = SpecReader.read(Files.writeString(folder.resolve("keys.yaml"), spec), Map.of());
    try (var connection = postgres.connect()) {
      TargetSchema.install(connection);
      return PlanCompiler.compile(
              read.draft().orElseThrow(() -> new AssertionError(read.problems().all())),
              PostgresCatalog.read(connection, legacy),
              PostgresCatalog.read(connection, target),
              read.problems())
          .orElseThrow(() -> new AssertionError(read.problems().all()));
    }
  }

  private static void publish(TestPostgres postgres, Side side, List<TableId> tables) {
    var names = new CaptureNames("keys", side);
    postgres.execute(
        "CREATE PUBLICATION "
            + names.publication()
            + " FOR TABLE "
            + tables.stream().map(TableId::sql).collect(Collectors.joining(", ")),
        "SELECT pg_create_logical_replication_slot('" + names.slot() + "', 'pgoutput')");
  }

  /// To the end of every sweep; what was written since the slot was made is streamed as well.
  private void capture(TestPostgres postgres, MigrationPlan plan, Side side) {
    MemoryOutbox into = side == Side.LEGACY ? outbox : observed;
    var access = new PostgresAccess(postgres.url(), "postgres", "");
    var settings = CaptureSettings.of(plan, access, Map.of(), into.registry).onSide(side);
    try (var capture = Capture.start(settings, into::writer)) {
      until(
          () ->
              capture.status().sweeps().size() == legacy.size()
                  && capture.status().sweeps().values().stream().allMatch(it -> it.ended()));
    }
  }

  private void apply(TestPostgres postgres, DomainPlan domain) throws Exception {
    EntityPlan entity = domain.entities().getFirst();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      var states = new LinkedHashMap<GenericRecord, GenericRecord>();
      for (Row row : rows(outbox, domain.topics().outbox(), partition)) {
        states.put(entity.mapping().key(row), entity.mapping().project(row, Map.of()));
      }
      if (!states.isEmpty()) {
        var log = new ContractLog(observed.registry);
        try (var writer =
            new TargetWriter(postgres::connect, observed.registry, domain, partition)) {
          writer.apply(log.upserts(states));
          assertThat(writer.letters()).isEmpty();
        }
      }
    }
  }

  private void assertAgreement(DomainPlan domain) {
    EntityPlan entity = domain.entities().getFirst();
    var schema = Objects.requireNonNull(entity.mapping().contract().getField("k")).schema();
    String type = entity.target().root().columns().getFirst().postgres();
    var value = new ObservedValue(schema, type);
    int rows = 0;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      var left = new TreeSet<String>();
      for (Row row : rows(outbox, domain.topics().outbox(), partition)) {
        Object key = entity.mapping().key(row).get(0);
        left.add(CanonicalText.of(schema, key));
      }
      var right = new TreeSet<String>();
      for (Row row : rows(observed, domain.topics().observed(), partition)) {
        right.add(value.canonical(row.value("k")));
      }
      assertThat(right).as("%s in %s, partition %d", schema, type, partition).isEqualTo(left);
      rows += right.size();
    }
    assertThat(rows).as("%s in %s", schema, type).isGreaterThan(1);
  }

  /// Swept and streamed rows of the domain's table.
  private static List<Row> rows(MemoryOutbox log, String topic, int partition) {
    var rows = new ArrayList<Row>();
    for (OutboxRecord record : log.records(topic, partition)) {
      switch (record) {
        case OutboxRecord.Swept swept -> rows.add(swept.row());
        case OutboxRecord.Change change -> {
          if (!OwnRows.TABLES.contains(change.table())) {
            rows.add(Objects.requireNonNull(change.after()));
          }
        }
        case OutboxRecord.Marker _ -> {}
      }
    }
    return rows;
  }

  private static void until(Callable<Boolean> done) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(done);
  }
}
