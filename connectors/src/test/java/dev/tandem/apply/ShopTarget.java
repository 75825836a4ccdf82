package dev.tandem.apply;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.Child;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import dev.tandem.row.Row;
import dev.tandem.table.Carrier;
import dev.tandem.table.ColumnType;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// A target of customers (with keyed addresses and keyless remarks) and orders that refer to them.
public final class ShopTarget {
  public static final Topics TOPICS = new Topics("shop", "sales");

  public static final String TABLES =
      """
      CREATE SCHEMA crm;
      CREATE TYPE crm.status AS ENUM ('ACTIVE', 'it''s "odd"');
      CREATE TABLE crm.customer (
        id bigint PRIMARY KEY, name varchar(10) NOT NULL, code text UNIQUE,
        balance numeric(12,2), born date, seen timestamptz, noted timestamp, tags text[],
        photo bytea, status crm.status, ratio float8, vip boolean, extra jsonb);
      CREATE TABLE crm.address (
        customer_id bigint NOT NULL REFERENCES crm.customer, no int, street text,
        PRIMARY KEY (customer_id, no));
      CREATE TABLE crm.remark (customer_id bigint NOT NULL, text text, weight numeric(5,1));
      CREATE TABLE crm."order" (
        id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES crm.customer, total int)""";

  private static final Schema DECIMAL =
      LogicalTypes.decimal(12, 2).addToSchema(Schema.create(Schema.Type.BYTES));
  private static final Schema DATE =
      LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
  private static final Schema INSTANT =
      LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
  private static final Schema LOCAL =
      LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));

  static final Schema ADDRESS =
      SchemaBuilder.record("Address")
          .namespace("shop")
          .fields()
          .requiredInt("no")
          .optionalString("street")
          .endRecord();
  static final Schema REMARK =
      SchemaBuilder.record("Remark")
          .namespace("shop")
          .fields()
          .optionalString("text")
          .name("weight")
          .type()
          .optional()
          .type(DECIMAL)
          .endRecord();
  static final Schema CUSTOMER_KEY = key("CustomerKey");
  static final Schema CUSTOMER =
      SchemaBuilder.record("Customer")
          .namespace("shop")
          .fields()
          .requiredLong("id")
          .requiredString("name")
          .optionalString("code")
          .name("balance")
          .type()
          .optional()
          .type(DECIMAL)
          .name("born")
          .type()
          .optional()
          .type(DATE)
          .name("seen")
          .type()
          .optional()
          .type(INSTANT)
          .name("noted")
          .type()
          .optional()
          .type(LOCAL)
          .name("tags")
          .type()
          .optional()
          .type(Schema.createArray(SchemaBuilder.nullable().stringType()))
          .optionalBytes("photo")
          .optionalString("status")
          .optionalDouble("ratio")
          .optionalBoolean("vip")
          .optionalString("extra")
          .name("addresses")
          .type()
          .array()
          .items(ADDRESS)
          .noDefault()
          .name("remarks")
          .type()
          .array()
          .items(REMARK)
          .noDefault()
          .endRecord();
  static final Schema ORDER_KEY = key("OrderKey");
  static final Schema ORDER =
      SchemaBuilder.record("Order")
          .namespace("shop")
          .fields()
          .requiredLong("id")
          .requiredLong("customer")
          .optionalInt("total")
          .endRecord();

  private static final TableId CUSTOMERS = TableId.parse("crm.customer");

  private ShopTarget() {}

  private static Schema key(String name) {
    return SchemaBuilder.record(name).namespace("shop").fields().requiredLong("id").endRecord();
  }

  public static DomainPlan plan(int partitions) {
    // The referring entity first, so that order is not luck.
    return DomainPlan.first(TOPICS, partitions, "id", List.of(orders(), customers()));
  }

  private static EntityPlan orders() {
    var table =
        new TargetTable(
            TableId.parse("crm.order"),
            List.of(
                same("id", "bigint"),
                new TargetColumn("customer_id", "customer", type("bigint")),
                same("total", "integer")),
            List.of("id"),
            List.of(CUSTOMERS));
    return entity(0, ORDER, ORDER_KEY, new TargetPlan(table, List.of()));
  }

  private static EntityPlan customers() {
    var root =
        new TargetTable(
            CUSTOMERS,
            List.of(
                same("id", "bigint"),
                same("name", "character varying(10)"),
                same("code", "text"),
                same("balance", "numeric(12,2)"),
                same("born", "date"),
                same("seen", "timestamp with time zone"),
                same("noted", "timestamp without time zone"),
                same("tags", "text[]"),
                same("photo", "bytea"),
                same("status", "crm.status"),
                same("ratio", "double precision"),
                same("vip", "boolean"),
                same("extra", "jsonb")),
            List.of("id"),
            List.of());
    var parent = List.of(new TargetColumn("customer_id", "id", type("bigint")));
    var addresses =
        new TargetTable(
            TableId.parse("crm.address"),
            List.of(same("no", "integer"), same("street", "text")),
            List.of("customer_id", "no"),
            List.of(CUSTOMERS));
    var remarks =
        new TargetTable(
            TableId.parse("crm.remark"),
            List.of(same("text", "text"), same("weight", "numeric(5,1)")),
            List.of(),
            List.of());
    return entity(
        1,
        CUSTOMER,
        CUSTOMER_KEY,
        new TargetPlan(
            root,
            List.of(
                new Child("addresses", addresses, parent), new Child("remarks", remarks, parent))));
  }

  private static TargetColumn same(String name, String type) {
    return new TargetColumn(name, name, type(type));
  }

  private static ColumnType type(String postgres) {
    var carrier =
        switch (postgres.replaceFirst("\\(.*|\\[\\]$", "")) {
          case "integer" -> Carrier.INT;
          case "bigint" -> Carrier.LONG;
          case "boolean" -> Carrier.BOOLEAN;
          case "numeric" -> Carrier.NUMERIC;
          case "double precision" -> Carrier.DOUBLE;
          case "bytea" -> Carrier.BYTES;
          case "date" -> Carrier.DATE;
          case "timestamp with time zone" -> Carrier.INSTANT;
          case "timestamp without time zone" -> Carrier.TIMESTAMP;
          case "uuid" -> Carrier.UUID;
          case "json", "jsonb" -> Carrier.JSON;
          default -> Carrier.TEXT;
        };
    return new ColumnType(postgres, carrier, postgres.endsWith("[]"));
  }

  private static EntityPlan entity(int ordinal, Schema contract, Schema key, TargetPlan target) {
    var root = new Source(Source.ROOT, TableId.parse("legacy"), List.of("id"), List.of("id"));
    return new EntityPlan(
        contract.getName(), ordinal, root, List.of(), new Fixed(contract, key), target, "print");
  }

  /// A customer with nothing but what it must have.
  public static GenericRecord customer(long id, String name) {
    var customer = new GenericData.Record(CUSTOMER);
    customer.put("id", id);
    customer.put("name", name);
    customer.put("addresses", List.of());
    customer.put("remarks", List.of());
    return customer;
  }

  public static GenericRecord order(long id, long customer) {
    var order = new GenericData.Record(ORDER);
    order.put("id", id);
    order.put("customer", customer);
    return order;
  }

  public static GenericRecord address(int no, String street) {
    var address = new GenericData.Record(ADDRESS);
    address.put("no", no);
    address.put("street", street);
    return address;
  }

  static GenericRecord remark(String text) {
    var remark = new GenericData.Record(REMARK);
    remark.put("text", text);
    return remark;
  }

  private record Fixed(Schema contract, Schema key) implements EntityMapping {
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
}
