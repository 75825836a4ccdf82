package dev.tandem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.row.Row;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.TableId;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class TargetQueryTest {
  private static final ColumnType TEXT = ColumnType.of("text", Carrier.TEXT);
  private static final ColumnType DATE = ColumnType.of("date", Carrier.DATE);
  private static final List<KeyPart> KEY =
      List.of(new KeyPart("code", "O'Neill"), new KeyPart("day", "-3"));

  private final TargetQuery queries = new TargetQuery(plan());

  private static MigrationPlan plan() {
    var root =
        new TargetTable(
            TableId.parse("crm.item"),
            List.of(
                new TargetColumn("item_code", "code", TEXT),
                new TargetColumn("day", "day", DATE),
                new TargetColumn("label", "label", TEXT)),
            List.of("item_code", "day"),
            List.of());
    var parts =
        new TargetTable(TableId.parse("crm.part"), List.of(), List.of("code", "day"), List.of());
    var child =
        new Child(
            "parts",
            parts,
            List.of(new TargetColumn("code", "code", TEXT), new TargetColumn("day", "day", DATE)));
    var source = new Source(Source.ROOT, TableId.parse("public.i"), List.of("id"), List.of("id"));
    var entity =
        new EntityPlan(
            "Item",
            0,
            source,
            List.of(),
            new Keyed(),
            new TargetPlan(root, List.of(child)),
            "print");
    return new MigrationPlan(
        "shop", List.of(DomainPlan.first(new Topics("shop", "items"), 1, "code", List.of(entity))));
  }

  private record Keyed() implements EntityMapping {
    static final Schema KEY =
        SchemaBuilder.record("ItemKey")
            .fields()
            .requiredString("code")
            .name("day")
            .type(LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT)))
            .noDefault()
            .endRecord();

    @Override
    public Schema contract() {
      return KEY;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord key(Row root) {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> copies() {
      return Map.of();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  @Test
  void shouldSelectTheRowByColumnsAndQuoteWhatTheKeyHolds() {
    assertThat(queries.of(Events.of("1").named(KEY).event()))
        .containsExactly(
            "SELECT * FROM \"crm\".\"item\" WHERE \"item_code\" = 'O''Neill' AND \"day\" ="
                + " DATE '1970-01-01' + (-3);");
  }

  @Test
  void shouldSelectTheRowsOfAListThatDiffers() {
    var event =
        Events.of("1")
            .named(KEY)
            .differing(List.of(new FieldDifference("parts", "digest:1", "digest:2")))
            .event();
    assertThat(queries.of(event))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("SELECT * FROM \"crm\".\"part\" WHERE \"code\" = 'O''Neill'");
  }

  @Test
  void shouldSelectNothingWhereTheKeyOrTheEntityIsNotKnown() {
    assertThat(queries.of(Events.of("1").named(List.of()).event())).isEmpty();
    var hidden = List.of(new KeyPart("code", "digest:00"), new KeyPart("day", "1"));
    assertThat(queries.of(Events.of("1").named(hidden).event())).isEmpty();
    assertThat(queries.of(Events.of("1").in("gone").named(KEY).event())).isEmpty();
    assertThat(queries.of(Events.of("1").named(List.of(new KeyPart("old", "1"))).event()))
        .isEmpty();
  }

  @Test
  void shouldNeverMakeAStatementOfWhatIsNoNumber() {
    var key = List.of(new KeyPart("code", "1"), new KeyPart("day", "1); DROP TABLE x; --"));
    assertThat(queries.of(Events.of("1").named(key).event()))
        .singleElement()
        .asString()
        .endsWith("\"day\" = '1); DROP TABLE x; --';");
  }
}
