package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// A small domain, mapped by hand: customers with addresses, and orders.
///
/// A customer's aggregate is its number, its contract key its code. The name `poison` cannot be
/// translated.
final class Shop {
  static final TableId CUSTOMER = TableId.parse("cust");
  static final TableId ADDRESS = TableId.parse("addr");
  static final TableId ORDER = TableId.parse("ord");
  static final RowSchema CUSTOMERS =
      schema(CUSTOMER, "no", Carrier.INT, "code", Carrier.TEXT, "name", Carrier.TEXT, "note");
  static final RowSchema ADDRESSES =
      schema(ADDRESS, "id", Carrier.INT, "cust_no", Carrier.LONG, "town");
  static final RowSchema ORDERS =
      schema(ORDER, "id", Carrier.LONG, "cust_no", Carrier.INT, "state");
  static final DomainPlan PLAN = plan(1);

  private Shop() {}

  /// Pairs of column and carrier; a last column alone is text.
  private static RowSchema schema(TableId table, Object... columns) {
    var fields = new ArrayList<RowSchema.Field>();
    for (int i = 0; i < columns.length; i += 2) {
      var carrier = i + 1 < columns.length ? (Carrier) columns[i + 1] : Carrier.TEXT;
      fields.add(new RowSchema.Field((String) columns[i], carrier, false));
    }
    return new RowSchema(table, fields);
  }

  static Row customer(int no, String code, Object name, @Nullable Object note) {
    return new Row(CUSTOMERS, new @Nullable Object[] {no, code, name, note});
  }

  static Row customer(int no, String name) {
    return customer(no, "C" + no, name, "note of " + no);
  }

  static Row address(int id, @Nullable Long customer, Object town) {
    return new Row(ADDRESSES, new @Nullable Object[] {id, customer, town});
  }

  static Row order(long id, int customer, String state) {
    return new Row(ORDERS, new @Nullable Object[] {id, customer, state});
  }

  /// What a delete carries: the key columns alone.
  static Row only(Row row, String... known) {
    @Nullable Object[] values = row.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (!List.of(known).contains(row.schema().fields().get(i).name())) {
        values[i] = Row.UNKNOWN;
      }
    }
    return new Row(row.schema(), values);
  }

  static DomainPlan plan(int partitions) {
    var customer =
        entity(
            "Customer",
            0,
            new Source(Source.ROOT, CUSTOMER, List.of("no"), List.of("no")),
            List.of(new Source("addresses", ADDRESS, List.of("cust_no"), List.of("id"))));
    var order =
        entity("Order", 1, new Source(Source.ROOT, ORDER, List.of("id"), List.of("id")), List.of());
    return DomainPlan.first(
        new Topics("shop", "sales"), partitions, "no", List.of(customer, order));
  }

  private static EntityPlan entity(String name, int ordinal, Source root, List<Source> children) {
    EntityMapping mapping = ordinal == 0 ? new CustomerMapping() : new OrderMapping();
    var table = new TargetPlan.TargetTable(TableId.parse(name), List.of(), List.of(), List.of());
    return new EntityPlan(
        name, ordinal, root, children, mapping, new TargetPlan(table, List.of()), name + "-1");
  }

  static String text(Row row, String column) {
    return String.valueOf(row.value(column));
  }

  private record CustomerMapping() implements EntityMapping {
    static final Schema KEY =
        SchemaBuilder.record("CustomerKey").fields().requiredString("code").endRecord();
    static final Schema CONTRACT =
        SchemaBuilder.record("Customer")
            .fields()
            .requiredString("code")
            .requiredString("name")
            .optionalString("note")
            .name("towns")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();

    @Override
    public Schema contract() {
      return CONTRACT;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return text(row, source.isRoot() ? "no" : "cust_no");
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("code", text(root, "code"));
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      if (text(root, "name").equals("poison")) {
        throw new MappingException("name", "expected a name, found something else");
      }
      var contract = new GenericData.Record(CONTRACT);
      contract.put("code", text(root, "code"));
      contract.put("name", text(root, "name"));
      contract.put("note", root.value("note"));
      contract.put(
          "towns",
          children.getOrDefault("addresses", List.of()).stream()
              .map(row -> text(row, "town"))
              .toList());
      return contract;
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

  private record OrderMapping() implements EntityMapping {
    static final Schema KEY =
        SchemaBuilder.record("OrderKey").fields().requiredLong("id").endRecord();
    static final Schema CONTRACT =
        SchemaBuilder.record("Order")
            .fields()
            .requiredLong("id")
            .requiredString("state")
            .endRecord();

    @Override
    public Schema contract() {
      return CONTRACT;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      return text(row, "cust_no");
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("id", root.value("id"));
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      var contract = new GenericData.Record(CONTRACT);
      contract.put("id", root.value("id"));
      contract.put("state", text(root, "state"));
      return contract;
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
}
