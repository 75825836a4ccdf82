package dev.tandem.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The keys that each section of a spec knows. The JSON Schema has a definition of the same name
/// with the same properties.
final class SpecKeys {
  static final List<String> SPEC =
      List.of("migration", "legacy", "target", "kafka", "registry", "http", "domains");
  static final List<String> STORE = List.of("url", "user", "password", "retained-log");
  static final List<String> LEGACY = List.of("url", "user", "password", "retained-log", "replica");
  static final List<String> RETAINED_LOG = List.of("budget", "action");
  static final List<String> REPLICA = List.of("url", "user", "password");
  static final List<String> HTTP = List.of("tokens", "jwt", "tls");
  static final List<String> HTTP_TOKEN = List.of("name", "role", "token");
  static final List<String> HTTP_JWT = List.of("issuer", "audience", "jwks", "roles-claim");
  static final List<String> HTTP_TLS = List.of("certificate", "key");
  static final List<String> DOMAIN =
      List.of(
          "owner",
          "partitions",
          "partition-by",
          "tenant",
          "objectives",
          "repair",
          "poison",
          "on-schema-change",
          "on-truncate",
          "invariants",
          "entities",
          "sunset");
  static final List<String> INVARIANT = List.of("legacy", "target", "key", "tolerance");
  static final List<String> OWNER = List.of("team", "contact");
  static final List<String> OBJECTIVES =
      List.of("reconciliation-lag-p99", "divergence-rate", "repair-within", "rollback-within");
  static final List<String> REPAIR =
      List.of("policy", "orphans", "per-minute", "per-tenant-per-minute", "brake");
  static final List<String> POISON = List.of("per-minute");
  static final List<String> SUNSET = List.of("criteria", "deadline", "permanent");
  static final List<String> PERMANENT = List.of("because", "review");
  static final List<String> CRITERION =
      List.of("no-divergence-for", "no-legacy-write-for", "no-legacy-read-for", "attested");
  static final List<String> ENTITY =
      List.of(
          "contract",
          "version",
          "publish",
          "from",
          "key",
          "map",
          "to",
          "repair",
          "sensitive",
          "computed");
  static final List<String> ENTITY_REPAIR = List.of("policy", "orphans");
  static final List<String> FROM =
      List.of("root", "formerly", "renamed", "absent", "keyed-by", "children");
  static final List<String> FROM_OUTBOX =
      List.of(
          "outbox",
          "formerly",
          "renamed",
          "absent",
          "keyed-by",
          "aggregate",
          "deletions",
          "columns",
          "payload",
          "identity",
          "order",
          "after-reading",
          "fields");
  static final List<String> OUTBOX_COLUMNS =
      List.of("aggregatetype", "aggregateid", "type", "payload");
  static final List<String> FROM_CHILD =
      List.of("table", "formerly", "renamed", "absent", "keyed-by", "on");
  static final List<String> TO = List.of("table", "columns", "omit", "children");
  static final List<String> TO_CHILD = List.of("table", "on", "key", "columns", "omit");

  private SpecKeys() {}

  /// By the name of the JSON Schema's definition.
  static Map<String, List<String>> bySection() {
    var all = new LinkedHashMap<String, List<String>>();
    all.put("spec", SPEC);
    all.put("store", STORE);
    all.put("legacy", LEGACY);
    all.put("retainedLog", RETAINED_LOG);
    all.put("replica", REPLICA);
    all.put("http", HTTP);
    all.put("httpToken", HTTP_TOKEN);
    all.put("httpJwt", HTTP_JWT);
    all.put("httpTls", HTTP_TLS);
    all.put("domain", DOMAIN);
    all.put("invariant", INVARIANT);
    all.put("owner", OWNER);
    all.put("objectives", OBJECTIVES);
    all.put("repair", REPAIR);
    all.put("poison", POISON);
    all.put("sunset", SUNSET);
    all.put("permanent", PERMANENT);
    all.put("criterion", CRITERION);
    all.put("entity", ENTITY);
    all.put("entityRepair", ENTITY_REPAIR);
    all.put("from", FROM);
    all.put("fromChild", FROM_CHILD);
    all.put("fromOutbox", FROM_OUTBOX);
    all.put("outboxColumns", OUTBOX_COLUMNS);
    all.put("to", TO);
    all.put("toChild", TO_CHILD);
    return all;
  }
}
