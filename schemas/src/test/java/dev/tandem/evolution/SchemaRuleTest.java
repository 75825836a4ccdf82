package dev.tandem.evolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.evolution.SchemaFinding.Severity;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.Table.ReplicaIdentity;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Swept;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaRuleTest {
  private static final TableId OTHER = new TableId("public", "people");
  @TempDir Path folder;

  private static SchemaRule rule(DomainPlan plan) {
    return new SchemaRule(
        plan, CanonicalRows.of(plan.entities().stream().flatMap(EntityPlan::sources).toList()));
  }

  private List<SchemaFinding> findings(Table now) throws IOException {
    return rule(Club.plan(folder)).findings(RowSchema.of(now));
  }

  @Test
  void shouldNotCareForWhatNothingIsMadeFrom() throws IOException {
    assertThat(findings(Club.MEMBERS)).isEmpty();
    assertThat(findings(Club.with(Club.MEMBERS, "more", Club.TEXT))).isEmpty();
    assertThat(findings(Club.with(Club.MEMBERS, "unused"))).isEmpty();
    assertThat(findings(Club.with(Club.MEMBERS, "unused", Club.TEXT))).isEmpty();
    assertThat(findings(Club.with(Club.PAYMENTS, "more", Club.TEXT))).isEmpty();
  }

  @Test
  void shouldNameTableColumnAndLineOfAColumnThatIsGone() throws IOException {
    var findings = findings(Club.with(Club.MEMBERS, "name"));
    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().severity()).isEqualTo(Severity.BY_POLICY);
    assertThat(findings.getFirst().cause())
        .contains("public.member", "column name", "Member.name", "club.yaml:23:");
    assertThat(findings.getFirst().fix())
        .contains("renamed: { name: its new name }", "absent: { name: its type }");
    assertThat(findings(Club.with(Club.PAYMENTS, "cents")).getFirst().cause())
        .contains("public.payment", "column cents", "Member.payments", "club.yaml:26:");
  }

  @Test
  void shouldFollowAWiderColumnWhereTheContractTakesIt() throws IOException {
    DomainPlan plan = Club.plan(folder);
    var wide = RowSchema.of(Club.with(Club.MEMBERS, "points", Club.LONG));
    assertThat(rule(plan).findings(wide)).isEmpty();
    var mapping = plan.entities().getFirst().mapping();
    var now = mapping.project(new Row(wide, new Object[] {1, "a", 1L << 40, 2, 3}), Map.of());
    assertThat(now.get("points")).isEqualTo(1L << 40);
    var before = new Row(RowSchema.of(Club.MEMBERS), new Object[] {1, "a", 7, 2, 3});
    assertThat(mapping.project(before, Map.of()).get("points")).isEqualTo(7L);
    assertThat(rule(plan).findings(RowSchema.of(Club.MEMBERS))).isEmpty();
  }

  @Test
  void shouldFollowAKeyThatHasBecomeWider() throws IOException {
    DomainPlan plan = Club.plan(folder);
    var wide = RowSchema.of(Club.with(Club.MEMBERS, "no", Club.LONG));
    assertThat(rule(plan).findings(wide)).isEmpty();
    EntityPlan entity = plan.entities().getFirst();
    var row = new Row(wide, new Object[] {1L, "a", 1, 2, 3});
    var before = new Row(RowSchema.of(Club.MEMBERS), new Object[] {1, "a", 1, 2, 3});
    assertThat(entity.mapping().key(row)).isEqualTo(entity.mapping().key(before));
    assertThat(entity.mapping().partitionKey(entity.root(), row))
        .isEqualTo(entity.mapping().partitionKey(entity.root(), before));
  }

  @Test
  void shouldStopAtATypeThatTheContractDoesNotTake() throws IOException {
    assertThat(findings(Club.with(Club.MEMBERS, "level", Club.LONG)).getFirst().cause())
        .contains("column level as long", "Member.level", "as int", "club.yaml:25:");
    var findings = findings(Club.with(Club.MEMBERS, "points", Club.TEXT));
    assertThat(findings.getFirst().cause()).contains("column points as text");
    assertThat(findings.getFirst().severity()).isEqualTo(Severity.BY_POLICY);
  }

  @Test
  void shouldReadANumberAsTheTextThatItsColumnHasNow() throws IOException {
    DomainPlan plan = Club.plan(folder);
    var numbered = RowSchema.of(Club.with(Club.MEMBERS, "name", Club.LONG));
    assertThat(rule(plan).findings(numbered)).isEmpty();
    var mapping = plan.entities().getFirst().mapping();
    var made = mapping.project(new Row(numbered, new Object[] {1, -7L, 1, 2, 3}), Map.of());
    assertThat(made.get("name")).isEqualTo("-7");
  }

  @Test
  void shouldNotTakeTheTextOfANumberForTheKeyThatItWas() throws IOException {
    var now = List.of(Club.MEMBERS, Club.with(Club.PAYMENTS, "seq", Club.TEXT));
    DomainPlan plan = Club.plan(folder, "seq: seq", "seq: { cast: seq, to: int }", now);
    assertThat(rule(plan).findings(RowSchema.of(Club.PAYMENTS)).getFirst().cause())
        .contains("column seq as int", "as text");
  }

  @Test
  void shouldAlwaysStopWhereRowsAreToldApartByOtherColumns() throws IOException {
    assertThat(findings(Club.keyed(Club.MEMBERS, "no", "points")))
        .extracting(SchemaFinding::severity)
        .containsOnly(Severity.STOPS);
    assertThat(findings(Club.with(Club.PAYMENTS, "seq")))
        .extracting(SchemaFinding::severity)
        .contains(Severity.STOPS);
    var schema = RowSchema.of(Club.PAYMENTS);
    var lost =
        new RowSchema(
            schema.table(),
            schema.fields(),
            new RowSchema.Key(List.of("no", "seq"), List.of("seq")));
    var findings = rule(Club.plan(folder)).findings(lost);
    assertThat(findings.getFirst().cause()).contains("replica identity of public.payment lacks no");
    assertThat(findings.getFirst().severity()).isEqualTo(Severity.STOPS);
  }

  /// Members whose primary key is `unused` now, with this replica identity.
  private static Table keyedOtherwise(ReplicaIdentity identity, List<String> columns) {
    return new Table(
        Club.MEMBER,
        List.of(
            Column.notNull("no", Club.INT),
            Column.of("name", Club.TEXT),
            Column.of("points", Club.INT),
            Column.of("level", Club.INT),
            Column.notNull("unused", Club.INT)),
        List.of("unused"),
        List.of(List.of("unused"), List.of("no")),
        identity,
        columns,
        List.of());
  }

  private DomainPlan keyedBy(String columns, Table members) throws IOException {
    return Club.plan(
        folder,
        "root: public.member # root",
        "root: public.member\n          keyed-by: " + columns,
        List.of(members, Club.PAYMENTS));
  }

  @Test
  void shouldGoOnTellingRowsApartByTheFormerKey() throws IOException {
    Table now = keyedOtherwise(ReplicaIdentity.FULL, List.of("no", "name", "unused"));
    DomainPlan plan = keyedBy("no", now);
    assertThat(plan.fingerprint()).isEqualTo(Club.plan(folder).fingerprint());
    assertThat(rule(plan).findings(RowSchema.of(now))).isEmpty();
    assertThat(rule(plan).findings(RowSchema.of(Club.MEMBERS))).isEmpty();
    assertThat(findings(now).getFirst().fix()).contains("keyed-by: [no]");
    Table before = keyedOtherwise(ReplicaIdentity.DEFAULT, List.of("unused"));
    assertThat(rule(plan).findings(RowSchema.of(before)).getFirst().cause())
        .contains("replica identity of public.member lacks no");
  }

  @Test
  void shouldRefuseAFormerKeyThatNamesNoRowAnyMore() {
    Table full = keyedOtherwise(ReplicaIdentity.FULL, List.of("no", "points", "unused"));
    assertThatThrownBy(() -> keyedBy("[points]", full))
        .hasMessageContaining("rows of public.member are not told apart by (points)");
    Table other = keyedOtherwise(ReplicaIdentity.DEFAULT, List.of("unused"));
    assertThatThrownBy(() -> keyedBy("no", other))
        .hasMessageContaining("does not hold no, so a delete would not say which row it was");
  }

  @Test
  void shouldReadARenamedColumnUnderTheNameOfTheMapping() throws IOException {
    Table now = Club.with(Club.with(Club.MEMBERS, "name"), "label", Club.TEXT);
    DomainPlan plan =
        Club.plan(
            folder,
            "root: public.member # root",
            "root: public.member\n          renamed: { name: label }",
            List.of(now, Club.PAYMENTS));
    assertThat(rule(plan).findings(RowSchema.of(now))).isEmpty();
    assertThat(rule(plan).findings(RowSchema.of(Club.MEMBERS))).isEmpty();
    assertThat(plan.fingerprint()).isEqualTo(Club.plan(folder).fingerprint());
    var schema = RowSchema.of(now);
    var row = new Row(schema, new Object[] {1, 2, 3, 4, "labelled"});
    var canonical =
        Objects.requireNonNull(
            CanonicalRows.of(plan.entities().getFirst().sources().toList()).row(row));
    assertThat(canonical.value("name")).isEqualTo("labelled");
  }

  /// What was captured between the new name and its line in the spec stands in no partition, or in
  /// all of them.
  @Test
  void shouldStopWhereAColumnThatNamesRowsHasAnotherName() throws IOException {
    var columns = new ArrayList<>(Club.MEMBERS.columns());
    columns.set(0, Column.notNull("number", Club.INT));
    Table now = Table.keyed(Club.MEMBERS.id(), columns, List.of("number"));
    DomainPlan plan =
        Club.plan(
            folder,
            "root: public.member # root",
            "root: public.member\n          renamed: { no: number }",
            List.of(now, Club.PAYMENTS));
    var findings = rule(plan).findings(RowSchema.of(now));
    assertThat(findings).isNotEmpty();
    assertThat(findings.getFirst().severity()).isEqualTo(Severity.STOPS);
    assertThat(findings.getFirst().cause()).contains("column no of public.member", "number now");
    assertThat(findings.getFirst().fix()).contains("set the domain up anew");
    assertThat(rule(plan).findings(RowSchema.of(Club.MEMBERS))).isEmpty();
  }

  @Test
  void shouldReadAColumnThatIsAbsentAsNull() throws IOException {
    Table now = Club.with(Club.MEMBERS, "name");
    DomainPlan plan =
        Club.plan(
            folder,
            "root: public.member # root",
            "root: public.member\n          absent: { name: text }",
            List.of(now, Club.PAYMENTS));
    assertThat(rule(plan).findings(RowSchema.of(now))).isEmpty();
    assertThat(plan.fingerprint()).isEqualTo(Club.plan(folder).fingerprint());
    var row = new Row(RowSchema.of(now), new Object[] {1, 2, 3, 4});
    var canonical =
        Objects.requireNonNull(
            CanonicalRows.of(plan.entities().getFirst().sources().toList()).row(row));
    assertThat(canonical.value("name")).isNull();
    assertThat(canonical.value("points")).isEqualTo(2);
  }

  @Test
  void shouldKnowATableByEveryNameItHad() throws IOException {
    Table now = Club.called(Club.MEMBERS, OTHER);
    DomainPlan plan =
        Club.plan(
            folder,
            "root: public.member # root",
            "root: public.people\n          formerly: public.member",
            List.of(now, Club.PAYMENTS));
    assertThat(plan.fingerprint()).isEqualTo(Club.plan(folder).fingerprint());
    assertThat(plan.tables()).contains(OTHER);
    assertThat(rule(plan).findings(RowSchema.of(now))).isEmpty();
    var gate = new SchemaGate(plan);
    for (TableId name : List.of(OTHER, Club.MEMBER)) {
      var passed = (Swept) gate.pass(swept(Club.called(Club.MEMBERS, name)));
      assertThat(passed.row().schema().table()).isEqualTo(OTHER);
    }
  }

  @Test
  void shouldStopBeforeARecordOfATableThatNobodyReads() throws IOException {
    var gate = new SchemaGate(Club.plan(folder));
    gate.pass(swept(Club.MEMBERS));
    assertThatThrownBy(() -> gate.pass(swept(Club.called(Club.MEMBERS, OTHER))))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("public.people")
        .hasMessageContaining("formerly");
  }

  @Test
  void shouldGoOnAtADomainsOwnRiskButNeverWithRowsThatCannotBeToldApart() throws IOException {
    var gate =
        new SchemaGate(
            Club.plan(
                folder,
                "on-schema-change: stop",
                "on-schema-change: continue",
                List.of(Club.MEMBERS, Club.PAYMENTS)));
    assertThat(gate.pass(swept(Club.with(Club.MEMBERS, "name")))).isNotNull();
    assertThatThrownBy(() -> gate.pass(swept(Club.keyed(Club.MEMBERS, "points"))))
        .isInstanceOf(DomainStoppedException.class);
    var stopping = new SchemaGate(Club.plan(folder));
    assertThatThrownBy(() -> stopping.pass(swept(Club.with(Club.MEMBERS, "name"))))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("goes on with the record");
  }

  @Test
  void shouldStopBeforeATruncationWhereTheSpecSaysSoAndGoOnWithItWhereItDoesNot()
      throws IOException {
    var position = new ChangePosition(1, Lsn.ZERO, 9, new Lsn(0x1F), 0);
    var truncation =
        new OutboxRecord.Change(
            OutboxRecord.Op.TRUNCATE, position, true, 5, Club.MEMBERS.id(), null, null);
    var word = "on-schema-change: stop";
    var tables = List.of(Club.MEMBERS, Club.PAYMENTS);
    var stopping = Club.plan(folder, word, word + "\n    on-truncate: stop", tables);
    assertThatThrownBy(() -> new SchemaGate(stopping).pass(truncation))
        .isInstanceOf(DomainStoppedException.class)
        .hasMessageContaining("public.member")
        .hasMessageContaining("0/1F")
        .hasMessageContaining("on-truncate: delete");
    assertThat(SchemaGate.forComparing(stopping).pass(truncation)).isNotNull();
    for (var text : List.of(word, word + "\n    on-truncate: delete")) {
      assertThat(new SchemaGate(Club.plan(folder, word, text, tables)).pass(truncation))
          .isNotNull();
    }
  }

  private static Swept swept(Table table) {
    var schema = RowSchema.of(table);
    Object[] values =
        schema.fields().stream()
            .map(field -> field.carrier() == Carrier.TEXT ? (Object) "text" : (Object) 1)
            .toArray();
    return new Swept(1, Snapshot.parse("5:5:"), 0, new Row(schema, values));
  }

  @Test
  void shouldTakeTheTypeOfAnAbsentColumnFromTheSpecAlone() throws IOException {
    assertThatThrownBy(
            () ->
                Club.plan(
                    folder,
                    "root: public.member # root",
                    "root: public.member\n          absent: { name: txt }",
                    List.of(Club.with(Club.MEMBERS, "name"), Club.PAYMENTS)))
        .hasMessageContaining("expected the type of a column, found 'txt'");
    assertThatThrownBy(
            () ->
                Club.plan(
                    folder,
                    "root: public.member # root",
                    "root: public.member\n          renamed: { name: lable }",
                    List.of(
                        Club.with(
                            Club.with(Club.MEMBERS, "name"),
                            "label",
                            ColumnType.of("text", Carrier.TEXT)),
                        Club.PAYMENTS)))
        .hasMessageContaining("no column 'lable'");
  }
}
