package dev.tandem.evolution;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Carrier;
import dev.tandem.table.Catalog;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A domain of one entity with a child list, compiled: members and their payments.
public final class Club {
  static final TableId MEMBER = new TableId("public", "member");
  static final TableId PAYMENT = new TableId("public", "payment");
  static final ColumnType INT = ColumnType.of("integer", Carrier.INT);
  static final ColumnType LONG = ColumnType.of("bigint", Carrier.LONG);
  static final ColumnType TEXT = ColumnType.of("text", Carrier.TEXT);
  static final Table MEMBERS =
      Table.keyed(
          MEMBER,
          List.of(
              Column.notNull("no", INT),
              Column.of("name", TEXT),
              Column.of("points", INT),
              Column.of("level", INT),
              Column.of("unused", INT)),
          List.of("no"));
  static final Table PAYMENTS =
      Table.keyed(
          PAYMENT,
          List.of(Column.notNull("no", INT), Column.notNull("seq", INT), Column.of("cents", INT)),
          List.of("no", "seq"));
  private static final String CONTRACT =
      """
      {"type": "record", "name": "Member", "namespace": "club", "fields": [
        {"name": "id", "type": "long"},
        {"name": "name", "type": ["null", "string"], "default": null},
        {"name": "points", "type": ["null", "long"], "default": null},
        {"name": "level", "type": ["null", "int"], "default": null},
        {"name": "payments", "type": {"type": "array", "items":
          {"type": "record", "name": "Payment", "fields": [
            {"name": "seq", "type": "int"},
            {"name": "cents", "type": ["null", "long"], "default": null}]}}}]}
      """;
  private static final String SPEC =
      """
      migration: club
      legacy: { url: "jdbc:postgresql://legacy/club", user: u, password: "${PW}" }
      target: { url: "jdbc:postgresql://target/club", user: u, password: "${PW}" }
      kafka: { bootstrap.servers: "kafka:9092" }
      registry: { url: http://registry:8081 }
      domains:
        members:
          owner: { team: t, contact: c }
          partitions: 2
          partition-by: id
          on-schema-change: stop
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Member:
              contract: member
              from:
                root: public.member # root
                children:
                  payments: { table: public.payment, on: no }
              key: id
              map:
                id: no
                name: name
                points: points
                level: level
                payments: { each: payments, map: { seq: seq, cents: cents } }
              to: { table: public.members, children: { payments: public.payments } }
          sunset: { permanent: { because: a test, review: 2027-12-31 } }
      """;

  private Club() {}

  public static DomainPlan plan(Path folder) throws IOException {
    return plan(folder, "", "", List.of(MEMBERS, PAYMENTS));
  }

  /// With other words in the spec, against other legacy tables.
  static DomainPlan plan(Path folder, String word, String by, List<Table> legacy)
      throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("member")).resolve("v1.avsc"), CONTRACT);
    Path file = Files.writeString(folder.resolve("club.yaml"), SPEC.replace(word, by));
    var read = SpecReader.read(file, Map.of("PW", "x"));
    return PlanCompiler.compile(
            read.draft().orElseThrow(), Catalog.of(legacy), target(), read.problems())
        .orElseThrow(() -> new AssertionError(read.problems().all().toString()))
        .domains()
        .getFirst();
  }

  private static Catalog target() {
    return Catalog.of(
        List.of(
            Table.keyed(
                TableId.parse("public.members"),
                List.of(
                    Column.notNull("id", LONG),
                    Column.of("name", TEXT),
                    Column.of("points", LONG),
                    Column.of("level", INT)),
                List.of("id")),
            Table.keyed(
                TableId.parse("public.payments"),
                List.of(
                    Column.notNull("id", LONG),
                    Column.notNull("seq", INT),
                    Column.of("cents", LONG)),
                List.of("id", "seq"))));
  }

  /// A table with a column changed, added, or, where there is no type, dropped.
  static Table with(Table table, String column, ColumnType... type) {
    var columns = new ArrayList<>(table.columns());
    int at = columns.stream().map(Column::name).toList().indexOf(column);
    if (at < 0) {
      columns.add(Column.of(column, type[0]));
    } else if (type.length == 0) {
      columns.remove(at);
    } else {
      columns.set(at, columns.get(at).withType(type[0]));
    }
    return table.withColumns(columns);
  }

  static Table keyed(Table table, String... key) {
    return Table.keyed(table.id(), table.columns(), List.of(key));
  }

  static Table called(Table table, TableId name) {
    return new Table(
        name,
        table.columns(),
        table.primaryKey(),
        table.uniqueKeys(),
        table.identity(),
        table.identityColumns(),
        table.foreignKeys());
  }
}
