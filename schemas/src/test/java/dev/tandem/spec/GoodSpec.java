package dev.tandem.spec;

import java.util.Map;

/// A spec without a mistake, to be read as it is or spoiled.
final class GoodSpec {
  static final String PASSWORD = "s3cr3t-of-legacy";
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "LEGACY_PASSWORD",
          PASSWORD,
          "TARGET_PASSWORD",
          "s3cr3t-of-target",
          "ANNA_TOKEN",
          "token-of-anna-0123456789",
          "SHORT_TOKEN",
          "token-of-a-short-one");

  static final String TEXT =
      """
      migration: shop
      legacy: { url: jdbc:postgresql://legacy/shop, user: tandem, password: "${LEGACY_PASSWORD}" }
      target: { url: jdbc:postgresql://target/crm, user: tandem, password: "${TARGET_PASSWORD}" }
      kafka: { bootstrap.servers: kafka:9092 }
      registry: { url: http://registry:8081 }
      domains:
        customers:
          owner: { team: crm, contact: crm-oncall@example.com }
          partitions: 6
          partition-by: customerId
          tenant: tenantId
          objectives:
            reconciliation-lag-p99: 5s
            divergence-rate: 1e-5
            repair-within: 1m
          repair:
            policy: repair
            orphans: report
            per-minute: 300
            per-tenant-per-minute: 30
            brake: 0.1
          poison: { per-minute: 5000 }
          on-truncate: stop
          entities:
            Customer:
              contract: contracts/customer
              version: 2
              publish: [1, 3]
              from:
                root: public.cust_mst
                children:
                  addresses: { table: public.cust_addr, on: cust_no }
                  phones: { table: public.cust_tel, on: { owner_no: cust_no } }
              key: customerId
              repair: { orphans: delete }
              sensitive: [fullName, phones]
              computed: createdAt
              map:
                customerId: { uuid5: cust_no, namespace: customer }
                tenantId: tnt
                addresses: { each: addresses, map: { street: str1, city: town } }
              to:
                table: crm.customer
                columns: { fullName: name }
                omit: [legacyNote]
                children:
                  addresses: crm.customer_address
                  phones: { table: crm.customer_phone, on: customer_id, key: [customer_id, number] }
          sunset:
            criteria:
              - no-divergence-for: 30d
              - attested: finance has closed the year
            deadline: 2027-06-30
        orders:
          owner: { team: sales, contact: sales@example.com }
          partition-by: orderId
          objectives: { reconciliation-lag-p99: 2s, divergence-rate: 0, repair-within: 30s }
          entities:
            Order:
              contract: contracts/order
              from: public.ord
              key: [orderId]
              map: { orderId: ord_no }
              to: sales.orders
          sunset: { permanent: { because: the legacy reports need it, review: 2027-01-31 } }
      http:
        tokens: [{ name: anna, role: operator, token: "${ANNA_TOKEN}" }]
        jwt: { issuer: https://id.example.com, audience: tandem, jwks: https://id.example.com/keys }
        tls: { certificate: tls.crt, key: tls.key }
      """;

  private GoodSpec() {}
}
