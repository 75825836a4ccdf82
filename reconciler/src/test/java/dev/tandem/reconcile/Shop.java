package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.OnSchemaChange;
import dev.tandem.plan.Reconciliation;
import dev.tandem.plan.RepairBudget;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.TableId;
import dev.tandem.wire.Partitioning;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// A small domain on both sides: customers with addresses, and orders, which are named by
/// a code that may change. What is called `poison` cannot be translated.
final class Shop {
  static final TableId CUST = TableId.parse("cust");
  static final TableId ADDR = TableId.parse("addr");
  static final TableId ORD = TableId.parse("ord");
  static final TableId CUSTOMER = TableId.parse("t.customer");
  static final TableId ADDRESS = TableId.parse("t.address");
  static final TableId ORDERS = TableId.parse("t.orders");
  static final TableId CHECKPOINT = TableId.parse("tandem.checkpoint");
  static final TableId REFUSAL = TableId.parse("tandem.refusal");
  static final RowSchema CUST_ROWS =
      rows(CUST, "no", Carrier.INT, "name", Carrier.TEXT, "note", Carrier.TEXT);
  static final RowSchema ADDR_ROWS =
      rows(ADDR, "id", Carrier.INT, "cust_no", Carrier.INT, "town", Carrier.TEXT);
  static final RowSchema ORD_ROWS =
      rows(ORD, "id", Carrier.LONG, "code", Carrier.LONG, "state", Carrier.TEXT);
  static final RowSchema CUSTOMER_ROWS =
      rows(
          CUSTOMER,
          "number",
          Carrier.INT,
          "name",
          Carrier.TEXT,
          "note",
          Carrier.TEXT,
          "extra",
          Carrier.TEXT);
  static final RowSchema ADDRESS_ROWS =
      rows(ADDRESS, "customer_number", Carrier.INT, "id", Carrier.INT, "town", Carrier.TEXT);
  static final RowSchema ORDERS_ROWS = rows(ORDERS, "id", Carrier.LONG, "state", Carrier.TEXT);
  static final RowSchema CHECKPOINT_ROWS =
      rows(
          CHECKPOINT,
          "migration",
          Carrier.TEXT,
          "domain",
          Carrier.TEXT,
          "generation",
          Carrier.INT,
          "partition",
          Carrier.INT,
          "outbox_offset",
          Carrier.LONG,
          "settled",
          Carrier.BOOLEAN,
          "tables_in",
          Carrier.TEXT,
          "placement",
          Carrier.LONG,
          "fingerprint",
          Carrier.TEXT);
  static final RowSchema REFUSAL_ROWS =
      rows(
          REFUSAL,
          "migration",
          Carrier.TEXT,
          "domain",
          Carrier.TEXT,
          "generation",
          Carrier.INT,
          "partition",
          Carrier.INT,
          "key",
          Carrier.BYTES,
          "outbox_offset",
          Carrier.LONG,
          "reason",
          Carrier.TEXT);
  static final int CUSTOMER_KEY_ID = 11;
  static final int ORDER_KEY_ID = 12;
  static final Entities.KeyIds KEY_IDS =
      new Entities.KeyIds(Map.of(0, CUSTOMER_KEY_ID, 1, ORDER_KEY_ID));
  static final SipHash HASH = new SipHash(new byte[SipHash.KEY_SIZE]);
  static final DomainPlan PLAN = plan(Reconciliation.DEFAULT);

  private Shop() {}

  /// A letter that stands for a partition, of two.
  static String in(int partition) {
    return in(partition, 0);
  }

  /// The next letters that do.
  static String in(int partition, int skipped) {
    int found = 0;
    for (char letter = 'a'; ; letter++) {
      if (Partitioning.partition(String.valueOf(letter), 2) == partition && found++ == skipped) {
        return String.valueOf(letter);
      }
    }
  }

  private static RowSchema rows(TableId table, Object... columns) {
    var fields = new ArrayList<RowSchema.Field>();
    for (int i = 0; i < columns.length; i += 2) {
      fields.add(new RowSchema.Field((String) columns[i], (Carrier) columns[i + 1], false));
    }
    return new RowSchema(table, fields);
  }

  static Row row(RowSchema schema, @Nullable Object... values) {
    return new Row(schema, values);
  }

  static Row checkpoint(long watermark, Boolean settled) {
    return checkpoint(watermark, settled, Place.OF_SPEC);
  }

  static Row checkpoint(long watermark, Boolean settled, Place place) {
    return checkpoint(watermark, settled, place, new Writer(1, PLAN.fingerprint()));
  }

  /// Which generation writes, and with which mapping.
  record Writer(int generation, String mapping) {}

  static Row checkpoint(long watermark, Boolean settled, Place place, Writer by) {
    return row(
        CHECKPOINT_ROWS,
        "shop",
        "sales",
        by.generation,
        0,
        watermark,
        settled,
        place.schema(),
        place.since(),
        by.mapping);
  }

  private static TargetColumn column(String name, String postgres, Carrier carrier) {
    return new TargetColumn(name, name, ColumnType.of(postgres, carrier));
  }

  static DomainPlan plan(Reconciliation reconciliation) {
    return plan(reconciliation, 1);
  }

  static DomainPlan plan(Reconciliation reconciliation, int partitions) {
    return plan(reconciliation, partitions, Optional.empty());
  }

  static DomainPlan plan(Reconciliation reconciliation, int partitions, Optional<String> tenant) {
    var customers =
        new TargetTable(
            CUSTOMER,
            List.of(
                column("number", "integer", Carrier.INT),
                column("name", "text", Carrier.TEXT),
                column("note", "text", Carrier.TEXT)),
            List.of("number"),
            List.of());
    var addresses =
        new TargetTable(
            ADDRESS,
            List.of(column("id", "integer", Carrier.INT), column("town", "text", Carrier.TEXT)),
            List.of("customer_number", "id"),
            List.of());
    var parent =
        new TargetColumn("customer_number", "number", ColumnType.of("integer", Carrier.INT));
    var orders =
        new TargetTable(
            ORDERS,
            List.of(column("id", "bigint", Carrier.LONG), column("state", "text", Carrier.TEXT)),
            List.of("id"),
            List.of());
    var customer =
        new EntityPlan(
            "Customer",
            0,
            new Source(Source.ROOT, CUST, List.of("no"), List.of("no")),
            List.of(new Source("addresses", ADDR, List.of("cust_no"), List.of("id"))),
            new Customers(),
            new TargetPlan(customers, List.of(new Child("addresses", addresses, List.of(parent)))),
            "customer-1",
            1,
            reconciliation);
    var order =
        new EntityPlan(
            "Order",
            1,
            new Source(Source.ROOT, ORD, List.of("id"), List.of("id")),
            List.of(),
            new Orders(),
            new TargetPlan(orders, List.of()),
            "order-1",
            1,
            reconciliation);
    return new DomainPlan(
        new Topics("shop", "sales"),
        partitions,
        1,
        List.of(customer, order),
        "number",
        tenant,
        RepairBudget.DEFAULT,
        OnSchemaChange.STOP);
  }

  /// All customers belong to the first partition, of two as well.
  private record Customers() implements EntityMapping {
    private static final String HOME = in(0);
    static final Schema KEY =
        SchemaBuilder.record("CustomerKey").fields().requiredInt("number").endRecord();
    static final Schema CONTRACT =
        SchemaBuilder.record("Customer")
            .fields()
            .requiredInt("number")
            .requiredString("name")
            .optionalString("note")
            .name("addresses")
            .type()
            .array()
            .items(
                SchemaBuilder.record("Address")
                    .fields()
                    .requiredInt("id")
                    .requiredString("town")
                    .endRecord())
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
      return HOME;
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("number", root.value("no"));
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      if (String.valueOf(root.value("name")).startsWith("poison")) {
        throw new MappingException("name", "expected a name, found " + root.value("name"));
      }
      var contract = new GenericData.Record(CONTRACT);
      contract.put("number", root.value("no"));
      contract.put("name", root.value("name"));
      contract.put("note", root.value("note"));
      var addresses = new ArrayList<GenericRecord>();
      for (Row child : children.getOrDefault("addresses", List.of())) {
        var address =
            new GenericData.Record(CONTRACT.getField("addresses").schema().getElementType());
        address.put("id", child.value("id"));
        address.put("town", child.value("town"));
        addresses.add(address);
      }
      contract.put("addresses", addresses);
      return contract;
    }

    @Override
    public Map<String, String> copies() {
      return Map.of("number", "no");
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  /// An order is partitioned by the last character of its state.
  private record Orders() implements EntityMapping {
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
      String state = String.valueOf(row.value("state"));
      return state.substring(state.length() - 1);
    }

    @Override
    public GenericRecord key(Row root) {
      requireRegistry(root, "nameless");
      var key = new GenericData.Record(KEY);
      key.put("id", root.value("code"));
      return key;
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      requireRegistry(root, "unread");
      if (String.valueOf(root.value("state")).startsWith("poison")) {
        throw new MappingException("state", "expected a state, found something else");
      }
      var contract = new GenericData.Record(CONTRACT);
      contract.put("id", root.value("code"));
      contract.put("state", root.value("state"));
      return contract;
    }

    /// As an event in Avro is while the registry is away.
    private static void requireRegistry(Row root, String state) {
      if (state.equals(root.value("state"))) {
        throw new RegistryException(RegistryException.Kind.UNAVAILABLE, "away");
      }
    }

    @Override
    public Map<String, String> copies() {
      return Map.of("id", "code");
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }
}
