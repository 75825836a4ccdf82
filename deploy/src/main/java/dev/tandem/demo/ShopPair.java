package dev.tandem.demo;

import java.util.List;

/// What a target table should hold, worked out from the legacy tables by SQL, and what it holds:
/// two queries that give a number or code in bytewise order, the names that identifiers are made of
/// (of the target: the identifiers), and the row's text.
///
/// @param namespaces for each identifier, the namespace
record ShopPair(String domain, String name, List<String> namespaces, String legacy, String target) {

  private static final String BERLIN =
      "to_char(%s AT TIME ZONE 'Europe/Berlin' AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')";
  private static final String UTC = "to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')";

  static final List<ShopPair> ALL =
      List.of(
          new ShopPair(
              "customers",
              "crm.customer",
              List.of("customer"),
              """
              SELECT cust_no::text COLLATE "C" AS k, cust_no::text AS id1,
                     ROW(tnt, concat_ws(' ', fname, lname), CASE stat_cd WHEN 'A' THEN 'ACTIVE' WHEN 'I' THEN 'INACTIVE' ELSE 'BLOCKED' END,
                         nullif(btrim(phone), ''), %s)::text FROM cust_mst ORDER BY 1
              """
                  .formatted(BERLIN.formatted("crt_dt")),
              """
              SELECT customer_number::text COLLATE "C" AS k, customer_id::text,
                     ROW(tenant_id, full_name, status, phone, %s)::text FROM crm.customer ORDER BY 1
              """
                  .formatted(UTC.formatted("created_at"))),
          new ShopPair(
              "customers",
              "crm.customer_address",
              List.of("customer"),
              """
              SELECT addr_no::text COLLATE "C" AS k, cust_no::text AS id1,
                     ROW(CASE typ WHEN 'B' THEN 'BILLING' ELSE 'SHIPPING' END, str1, town, pcode)::text
              FROM cust_addr JOIN cust_mst USING (cust_no) ORDER BY 1
              """,
              """
              SELECT address_id::text COLLATE "C" AS k, customer_id::text,
                     ROW(kind, street, city, postal_code)::text FROM crm.customer_address ORDER BY 1
              """),
          new ShopPair(
              "customers",
              "crm.billing_account",
              List.of("customer"),
              """
              SELECT cust_no::text COLLATE "C" AS k, cust_no::text AS id1,
                     ROW(tnt, (bal_cents / 100.0)::numeric(14,2), (lim_cents / 100.0)::numeric(14,2), terms)::text
              FROM cust_mst ORDER BY 1
              """,
              """
              SELECT c.customer_number::text COLLATE "C" AS k, b.customer_id::text,
                     ROW(b.tenant_id, balance, credit_limit, payment_terms_days)::text
              FROM crm.billing_account b JOIN crm.customer c USING (customer_id) ORDER BY 1
              """),
          new ShopPair(
              "orders",
              "sales.sales_order",
              List.of("order", "customer"),
              """
              SELECT ord_no::text COLLATE "C" AS k, ord_no::text AS id1, cust_no::text AS id2,
                     ROW(tnt, CASE stat_cd WHEN 'N' THEN 'NEW' WHEN 'P' THEN 'PAID' WHEN 'S' THEN 'SHIPPED' ELSE 'CANCELLED' END,
                         %s, (tot_cents / 100.0)::numeric(14,2), note)::text FROM ord_hdr ORDER BY 1
              """
                  .formatted(BERLIN.formatted("ord_dt")),
              """
              SELECT order_number::text COLLATE "C" AS k, order_id::text, customer_id::text,
                     ROW(tenant_id, status, %s, total, note)::text FROM sales.sales_order ORDER BY 1
              """
                  .formatted(UTC.formatted("ordered_at"))),
          new ShopPair(
              "orders",
              "sales.order_line",
              List.of("order", "product"),
              """
              SELECT (ord_no || '/' || line_no) COLLATE "C" AS k, ord_no::text AS id1, item_cd AS id2,
                     ROW(l.qty, (l.price_cents / 100.0)::numeric(12,2))::text
              FROM ord_line l JOIN ord_hdr USING (ord_no) ORDER BY 1
              """,
              """
              SELECT (o.order_number || '/' || line) COLLATE "C" AS k, l.order_id::text, product_id::text,
                     ROW(quantity, unit_price)::text
              FROM sales.order_line l JOIN sales.sales_order o USING (order_id) ORDER BY 1
              """),
          new ShopPair(
              "orders",
              "sales.shipment",
              List.of("order"),
              """
              SELECT ship_no::text COLLATE "C" AS k, ord_no::text AS id1, ROW(carrier, %s)::text
              FROM ord_ship JOIN ord_hdr USING (ord_no) ORDER BY 1
              """
                  .formatted(BERLIN.formatted("shp_dt")),
              """
              SELECT shipment_id::text COLLATE "C" AS k, order_id::text, ROW(carrier, %s)::text
              FROM sales.shipment ORDER BY 1
              """
                  .formatted(UTC.formatted("shipped_at"))),
          new ShopPair(
              "catalog",
              "catalog.product",
              List.of("product"),
              """
              SELECT item_cd COLLATE "C" AS k, item_cd AS id1,
                     ROW(tnt, descr, md5(long_descr), (price_cents / 100.0)::numeric(12,2),
                         CASE act_fl WHEN 'Y' THEN 'YES' WHEN 'N' THEN 'NO' ELSE 'UNKNOWN' END)::text FROM item_mst ORDER BY 1
              """,
              """
              SELECT code COLLATE "C" AS k, product_id::text,
                     ROW(tenant_id, name, md5(description), price, active)::text FROM catalog.product ORDER BY 1
              """),
          new ShopPair(
              "catalog",
              "catalog.stock",
              List.of("product"),
              """
              SELECT (item_cd || '/' || whs) COLLATE "C" AS k, item_cd AS id1, ROW(qty)::text FROM item_stock
              JOIN item_mst USING (item_cd) ORDER BY 1
              """,
              """
              SELECT (p.code || '/' || warehouse) COLLATE "C" AS k, s.product_id::text, ROW(quantity)::text
              FROM catalog.stock s JOIN catalog.product p USING (product_id) ORDER BY 1
              """));
}
