package dev.tandem.lens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.ColumnType;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.jspecify.annotations.Nullable;

/// Customers with addresses: a legacy root table with a column of most kinds, one child table, and
/// the ways to map them.
final class Customers {
  static final Table ROOT =
      Table.keyed(
          new TableId("public", "cust_mst"),
          List.of(
              Column.notNull("cust_no", ColumnType.of("bigint", Carrier.LONG)),
              Column.notNull("tnt", ColumnType.of("text", Carrier.TEXT)),
              Column.of("fname", ColumnType.of("character varying(40)", Carrier.TEXT)),
              Column.of("lname", ColumnType.of("character varying(40)", Carrier.TEXT)),
              Column.notNull("stat_cd", ColumnType.of("character(2)", Carrier.TEXT)),
              Column.notNull("bal_cents", ColumnType.of("integer", Carrier.INT)),
              Column.notNull("rate", ColumnType.of("numeric(8,2)", Carrier.NUMERIC)),
              Column.notNull("free", ColumnType.of("numeric", Carrier.NUMERIC)),
              Column.notNull(
                  "crt_dt", ColumnType.of("timestamp without time zone", Carrier.TIMESTAMP)),
              Column.notNull("born", ColumnType.of("date", Carrier.DATE)),
              Column.notNull("tags", new ColumnType("text[]", Carrier.TEXT, true)),
              Column.of("score", ColumnType.of("bigint", Carrier.LONG)),
              Column.notNull("uid", ColumnType.of("uuid", Carrier.UUID)),
              Column.notNull("on_off", ColumnType.of("boolean", Carrier.BOOLEAN)),
              Column.notNull("ratio", ColumnType.of("double precision", Carrier.DOUBLE)),
              Column.notNull("small", ColumnType.of("real", Carrier.FLOAT)),
              Column.notNull("raw", ColumnType.of("bytea", Carrier.BYTES)),
              Column.notNull("seen", ColumnType.of("timestamp with time zone", Carrier.INSTANT)),
              Column.notNull("clock", ColumnType.of("time without time zone", Carrier.TIME)),
              Column.notNull("doc", ColumnType.of("jsonb", Carrier.JSON))),
          List.of("cust_no"));

  static final Table ADDRESSES =
      Table.keyed(
          new TableId("public", "cust_addr"),
          List.of(
              Column.notNull("owner_no", ColumnType.of("integer", Carrier.INT)),
              Column.notNull("seq", ColumnType.of("integer", Carrier.INT)),
              Column.of("str1", ColumnType.of("text", Carrier.TEXT)),
              Column.notNull("town", ColumnType.of("text", Carrier.TEXT))),
          List.of("owner_no", "seq"));

  static final Source ROOT_SOURCE =
      new Source(Source.ROOT, ROOT.id(), List.of("cust_no"), List.of("cust_no"));
  static final Source ADDRESS_SOURCE =
      new Source("addresses", ADDRESSES.id(), List.of("owner_no"), List.of("owner_no", "seq"));

  private Customers() {}

  /// A contract `Customer` with the given fields, each `"name": type` in JSON.
  static Schema contract(String... fields) {
    var made = new ArrayList<String>();
    for (String field : fields) {
      int colon = field.indexOf(':');
      made.add(
          "{\"name\":\""
              + field.substring(0, colon)
              + "\",\"type\":"
              + field.substring(colon + 1)
              + "}");
    }
    return new SchemaParser()
        .parse(
            "{\"type\":\"record\",\"name\":\"Customer\",\"namespace\":\"shop\",\"fields\":["
                + String.join(",", made)
                + "]}")
        .mainSchema();
  }

  static MappingSource source(String map, Schema contract) {
    return new MappingSource(
        "Customer",
        "domains.customers.entities.Customer",
        yaml(map),
        contract,
        List.of("customerId"),
        "customerId",
        Optional.empty(),
        new EntityTables(ROOT_SOURCE, ROOT, Map.of(ADDRESS_SOURCE, ADDRESSES)));
  }

  /// Compiles a mapping that must be right.
  static EntityMapping compile(MappingSource source) {
    var problems = new Problems();
    return MappingCompiler.compile(source, problems)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  static Node.Mapping yaml(String text) {
    try {
      return (Node.Mapping) node(new YAMLMapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static Node node(JsonNode json) {
    var place = new Node.Place("shop.yaml", 1, 1);
    if (json.isObject()) {
      var entries = new LinkedHashMap<String, Node>();
      var keys = new LinkedHashMap<String, Node.Place>();
      json.properties()
          .forEach(
              entry -> {
                entries.put(entry.getKey(), node(entry.getValue()));
                keys.put(entry.getKey(), place);
              });
      return new Node.Mapping(place, entries, keys);
    }
    if (json.isArray()) {
      var items = new ArrayList<Node>();
      json.forEach(item -> items.add(node(item)));
      return new Node.Sequence(place, items);
    }
    return new Node.Scalar(place, json.asText(), json.isTextual());
  }

  /// A row of the root with valid values, some of them replaced.
  static Row customer(Map<String, ? extends @Nullable Object> values) {
    var row = row(ROOT);
    row.values()[0] = 42L;
    return with(row, values);
  }

  static Row address(int seq, Map<String, ? extends @Nullable Object> values) {
    var row = row(ADDRESSES);
    row.values()[0] = 42;
    row.values()[1] = seq;
    return with(row, values);
  }

  private static Row with(Row row, Map<String, ? extends @Nullable Object> values) {
    values.forEach((column, value) -> row.values()[row.schema().indexOf(column)] = value);
    return row;
  }

  private static Row row(Table table) {
    var schema = RowSchema.of(table);
    return new Row(schema, schema.fields().stream().map(Customers::valid).toArray());
  }

  private static Object valid(RowSchema.Field field) {
    Object value =
        switch (field.carrier()) {
          case BOOLEAN -> true;
          case INT -> 1234;
          case LONG -> 5678L;
          case FLOAT -> 0.5f;
          case DOUBLE -> 0.25;
          case NUMERIC -> "12.50";
          case TEXT -> "text";
          case BYTES -> new byte[] {1, 2};
          case DATE -> 20_000;
          case TIMESTAMP, INSTANT -> 1_700_000_000_123_456L;
          case TIME -> 3_600_000_000L;
          case UUID -> "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
          case JSON -> "{}";
        };
    return field.array() ? List.of(value, value) : value;
  }
}
