package dev.tandem.plan;

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

/// A legacy shop and its successor, with a spec that fits them; each can be spoiled.
final class ShopStores {
  static final String SPEC =
      """
      migration: shop
      legacy: { url: jdbc:postgresql://legacy/shop, user: tandem, password: "${PW}" }
      target: { url: jdbc:postgresql://target/crm, user: tandem, password: "${PW}" }
      kafka: { bootstrap.servers: kafka:9092 }
      registry: { url: http://registry:8081 }
      domains:
        customers:
          owner: { team: crm, contact: a@b }
          partitions: 4
          partition-by: customerId
          tenant: tenantId
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Customer:
              contract: customer
              from: { root: public.cust_mst, children: { addresses: { table: public.cust_addr, on: cust_no } } }
              key: customerId
              map:
                customerId: { uuid5: cust_no, namespace: customer }
                tenantId: tnt
                fullName: { join: [fname, lname], with: " " }
                status: { lookup: stat_cd, values: { A: ACTIVE, I: INACTIVE } }
                balance: { decimal: bal_cents, scale: 2 }
                createdAt: { timestamp: crt_dt, zone: Europe/Berlin }
                addresses: { each: addresses, map: { line: line_no, city: town } }
              to:
                table: crm.customer
                columns: { fullName: name }
                children: { addresses: crm.customer_address }
          sunset: { permanent: { because: reports, review: 2027-01-31 } }
        orders:
          owner: { team: sales, contact: a@b }
          partition-by: orderId
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Order:
              contract: order
              from: public.ord
              key: orderId
              map: { orderId: ord_no }
              to: sales.orders
          sunset: { permanent: { because: reports, review: 2027-01-31 } }
      """;

  private static final ColumnType LONG = ColumnType.of("bigint", Carrier.LONG);
  private static final ColumnType INT = ColumnType.of("integer", Carrier.INT);
  static final ColumnType TEXT = ColumnType.of("text", Carrier.TEXT);
  static final ColumnType UUID = ColumnType.of("uuid", Carrier.UUID);

  private String balance = "numeric(12,2)";
  private ColumnType name = TEXT;
  private final List<Column> more = new ArrayList<>();
  private List<List<String>> addressUnique = List.of();
  private List<Table.ForeignKey> orderReferences = List.of();
  private List<Table.ForeignKey> customerReferences = List.of();
  private List<Column> addressMore = List.of();
  private String town = "town";
  private List<String> targetAddressKey = List.of("owner", "line");
  private Table.ReplicaIdentity identity = Table.ReplicaIdentity.DEFAULT;
  private List<String> orderKey = List.of("ord_no");
  private List<String> addressKey = List.of("cust_no", "line_no");

  static void writeContract(Path folder) throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("customer")).resolve("v1.avsc"),
        """
        {"type": "record", "name": "Customer", "namespace": "shop", "fields": [
          {"name": "customerId", "type": {"type": "string", "logicalType": "uuid"}},
          {"name": "tenantId", "type": "string"},
          {"name": "fullName", "type": ["null", "string"]},
          {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["ACTIVE", "INACTIVE"]}},
          {"name": "balance", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
          {"name": "createdAt", "type": {"type": "long", "logicalType": "timestamp-micros"}},
          {"name": "addresses", "type": {"type": "array", "items":
            {"type": "record", "name": "Address", "fields": [
              {"name": "line", "type": "int"}, {"name": "city", "type": ["null", "string"]}]}}}]}
        """);
    Files.writeString(
        Files.createDirectories(folder.resolve("order")).resolve("v1.avsc"),
        """
        {"type": "record", "name": "Order", "namespace": "shop", "fields": [
          {"name": "orderId", "type": "long"}]}
        """);
  }

  ShopStores balance(String type) {
    balance = type;
    return this;
  }

  /// The target's customer has its name in a column of this type, which travels as text.
  ShopStores name(String type) {
    name = ColumnType.of(type, Carrier.TEXT);
    return this;
  }

  /// A NOT NULL column of the target's customer that has no default.
  ShopStores required(String name) {
    more.add(Column.notNull(name, TEXT));
    return this;
  }

  ShopStores withoutPrimaryKey(String table) {
    if (!table.equals("public.ord")) {
      throw new IllegalArgumentException("only public.ord can be spoiled, not " + table);
    }
    orderKey = List.of();
    return this;
  }

  /// The legacy address has its town in a column of this name, beside one called `town_2`.
  ShopStores townIn(String column) {
    town = column;
    return this;
  }

  /// The address has a key of its own, and the default identity.
  ShopStores childKeyWithoutJoin() {
    addressKey = List.of("line_no");
    return this;
  }

  /// The target's customer and address have this identity.
  ShopStores identityOfTarget(Table.ReplicaIdentity identity) {
    this.identity = identity;
    return this;
  }

  ShopStores addressWithoutPrimaryKey() {
    targetAddressKey = List.of();
    return this;
  }

  /// The target's address has a unique key instead, over these columns.
  ShopStores addressUnique(List<String> columns) {
    targetAddressKey = List.of();
    addressUnique = List.of(columns);
    return this;
  }

  /// A target table of one domain refers to a table of another.
  ShopStores ordersReferringToCustomers() {
    orderReferences =
        List.of(
            new Table.ForeignKey(List.of("order_id"), id("crm.customer"), List.of("customer_id")));
    return this;
  }

  /// A customer of the target refers to another one.
  ShopStores customersReferringToCustomers(String column) {
    customerReferences =
        List.of(new Table.ForeignKey(List.of(column), id("crm.customer"), List.of("customer_id")));
    return this;
  }

  /// The target's address has a number of its own as its primary key, which nothing fills.
  ShopStores addressNumbered() {
    addressMore = List.of(new Column("id", LONG, false, true, false));
    targetAddressKey = List.of("id");
    return this;
  }

  private Table identified(
      TableId id, List<Column> columns, List<String> key, List<Table.ForeignKey> references) {
    List<String> held =
        switch (identity) {
          case DEFAULT, INDEX -> key;
          case FULL -> columns.stream().map(Column::name).toList();
          case NOTHING -> List.of();
        };
    return new Table(
        id, columns, key, key.isEmpty() ? addressUnique : List.of(key), identity, held, references);
  }

  private static TableId id(String name) {
    return TableId.parse(name);
  }

  Catalog legacy() {
    var ord =
        new Table(
            id("public.ord"),
            List.of(Column.notNull("ord_no", LONG)),
            orderKey,
            orderKey.isEmpty() ? List.of() : List.of(orderKey),
            Table.ReplicaIdentity.DEFAULT,
            orderKey,
            List.of());
    return Catalog.of(
        List.of(
            Table.keyed(
                id("public.cust_mst"),
                List.of(
                    Column.notNull("cust_no", INT),
                    Column.notNull("tnt", TEXT),
                    Column.of("fname", name),
                    Column.of("lname", TEXT),
                    Column.notNull("stat_cd", TEXT),
                    Column.notNull("bal_cents", LONG),
                    Column.notNull(
                        "crt_dt", ColumnType.of("timestamp without time zone", Carrier.TIMESTAMP))),
                List.of("cust_no")),
            Table.keyed(
                id("public.cust_addr"),
                List.of(
                    Column.notNull("cust_no", INT),
                    Column.notNull("line_no", INT),
                    Column.of(town, TEXT),
                    Column.of("town_2", TEXT)),
                addressKey),
            ord));
  }

  Catalog target() {
    var columns =
        new ArrayList<>(
            List.of(
                Column.notNull("customer_id", UUID),
                Column.notNull("tenant_id", TEXT),
                Column.of("name", name),
                Column.notNull("status", TEXT),
                Column.notNull("balance", ColumnType.of(balance, Carrier.NUMERIC)),
                Column.notNull(
                    "created_at", ColumnType.of("timestamp with time zone", Carrier.INSTANT))));
    columns.addAll(more);
    var addressColumns =
        new ArrayList<>(
            List.of(
                Column.notNull("owner", UUID),
                Column.notNull("line", INT),
                Column.of("city", TEXT)));
    addressColumns.addAll(addressMore);
    var address =
        identified(
            id("crm.customer_address"),
            addressColumns,
            targetAddressKey,
            List.of(
                new Table.ForeignKey(
                    List.of("owner"), id("crm.customer"), List.of("customer_id"))));
    return Catalog.of(
        List.of(
            identified(id("crm.customer"), columns, List.of("customer_id"), customerReferences),
            address,
            new Table(
                id("sales.orders"),
                List.of(Column.notNull("order_id", LONG)),
                List.of("order_id"),
                List.of(List.of("order_id")),
                Table.ReplicaIdentity.DEFAULT,
                List.of("order_id"),
                orderReferences)));
  }
}
