package dev.tandem.setup;

import dev.tandem.plan.DomainPlan;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Installs what Tandem keeps in the target: the schema `tandem`, in numbered versions that are
/// recorded in `tandem.schema_version`. Two installers at once wait for each other; a version is
/// installed whole or not at all.
///
/// `tandem.checkpoint` holds one row for each partition of a generation of a domain: how far it has
/// been applied (DESIGN invariant 4). Its positions are -1 before anything was applied, and
/// `settled` says whether the target stands exactly at `outbox_offset`. Until `hold_until` it is
/// applied up to `hold_at` and no further. `outbox_of` says in which of the domain's outboxes its
/// offsets are. `tandem.refusal` holds one
/// row for each key whose record the target refused, `tandem.digest_key` one for each migration.
public final class TargetSchema {
  /// Key of the advisory lock, the same in every version of this program: "tandem" in ASCII.
  private static final long LOCK = 0x74616e64656dL;

  /// Those whose changes are captured with the target's.
  static final Set<TableId> OBSERVED =
      Set.of(new TableId("tandem", "checkpoint"), new TableId("tandem", "refusal"));

  private static final List<String> TABLES =
      List.of("tandem.checkpoint", "tandem.refusal", "tandem.digest_key", "tandem.generation");

  private static final List<Version> VERSIONS =
      List.of(
          new Version(
              1,
              "checkpoints",
              List.of(
                  "CREATE SCHEMA IF NOT EXISTS tandem",
                  """
                  CREATE TABLE tandem.schema_version (
                    version      integer PRIMARY KEY,
                    description  text NOT NULL,
                    installed_at timestamptz NOT NULL DEFAULT now())""",
                  """
                  CREATE TABLE tandem.checkpoint (
                    migration       text NOT NULL,
                    domain          text NOT NULL,
                    generation      integer NOT NULL,
                    partition       integer NOT NULL,
                    contract_offset bigint NOT NULL DEFAULT -1,
                    outbox_offset   bigint NOT NULL DEFAULT -1,
                    sequence        bigint NOT NULL DEFAULT -1,
                    epoch           bigint NOT NULL DEFAULT 0,
                    topic_id        text NOT NULL,
                    fingerprint     text NOT NULL,
                    skipping_until  bigint,
                    pending_outbox_offset bigint,
                    applied_at      timestamptz NOT NULL DEFAULT now(),
                    PRIMARY KEY (migration, domain, generation, partition))
                  WITH (fillfactor = 50)""")),
          new Version(
              2,
              "what the reconciler reads",
              List.of(
                  "ALTER TABLE tandem.checkpoint ADD COLUMN settled boolean NOT NULL DEFAULT true",
                  // Of what was applied before nobody knows; the next transaction says it.
                  "UPDATE tandem.checkpoint SET settled = false WHERE contract_offset >= 0",
                  """
                  CREATE TABLE tandem.refusal (
                    migration       text NOT NULL,
                    domain          text NOT NULL,
                    generation      integer NOT NULL,
                    partition       integer NOT NULL,
                    key             bytea NOT NULL,
                    entity          text NOT NULL,
                    contract_offset bigint NOT NULL,
                    outbox_offset   bigint NOT NULL,
                    reason          text NOT NULL,
                    refused_at      timestamptz NOT NULL DEFAULT now(),
                    PRIMARY KEY (migration, domain, generation, partition, key))""",
                  """
                  CREATE TABLE tandem.digest_key (
                    migration text PRIMARY KEY,
                    key       bytea NOT NULL)""")),
          new Version(
              3,
              "generations",
              List.of(
                  "ALTER TABLE tandem.checkpoint ADD COLUMN tables_in text,"
                      + " ADD COLUMN placement bigint NOT NULL DEFAULT 0",
                  "ALTER TABLE tandem.refusal ADD COLUMN tables_in text",
                  """
                  CREATE TABLE tandem.generation (
                    migration  text NOT NULL,
                    domain     text NOT NULL,
                    generation integer NOT NULL,
                    state      text NOT NULL
                      CHECK (state IN ('BUILDING', 'LIVE', 'KEPT', 'CANCELLED', 'REMOVED')),
                    tables_in  text,
                    placement  bigint NOT NULL DEFAULT 0,
                    changed_by text NOT NULL,
                    changed_at timestamptz NOT NULL DEFAULT now(),
                    why        text NOT NULL,
                    PRIMARY KEY (migration, domain, generation))""",
                  "CREATE UNIQUE INDEX generation_live ON tandem.generation (migration, domain)"
                      + " WHERE state = 'LIVE'")),
          new Version(
              4,
              "generations with another mapping",
              List.of(
                  "ALTER TABLE tandem.generation"
                      + " ADD COLUMN translated_for integer NOT NULL DEFAULT 1,"
                      + " ADD COLUMN fingerprint text, ADD COLUMN captured text")),
          new Version(
              5,
              "holds of apply",
              List.of(
                  "ALTER TABLE tandem.checkpoint ADD COLUMN hold_at bigint,"
                      + " ADD COLUMN hold_until timestamptz, ADD COLUMN hold_by text")),
          new Version(
              6,
              "fingerprints in line",
              List.of(
                  // Kept out of line, a value that an update leaves as it is would not be in the
                  // log: of a domain with 29 entities or more nobody could tell whose mapping a
                  // checkpoint is of.
                  "ALTER TABLE tandem.checkpoint ALTER COLUMN fingerprint SET STORAGE MAIN",
                  shortened("checkpoint"),
                  shortened("generation"),
                  "UPDATE tandem.checkpoint SET fingerprint = fingerprint || ''"
                      + " WHERE octet_length(fingerprint) > 1000")),
          new Version(
              7,
              "generations with another number of partitions",
              List.of(
                  "ALTER TABLE tandem.generation"
                      + " ADD COLUMN outbox_of integer NOT NULL DEFAULT 1,"
                      + " ADD COLUMN partitions integer",
                  "ALTER TABLE tandem.checkpoint"
                      + " ADD COLUMN outbox_of integer NOT NULL DEFAULT 1")));

  /// What a program of today takes for the fingerprint of very many entities, made of the text that
  /// stood there before.
  private static String shortened(String table) {
    return "UPDATE tandem."
        + table
        + " SET fingerprint = encode(sha256(convert_to(length(fingerprint) || ':' || fingerprint,"
        + " 'UTF8')), 'hex') WHERE length(fingerprint) > "
        + DomainPlan.LONGEST_FINGERPRINT;
  }

  private TargetSchema() {}

  /// @param statements without the one that records the version
  private record Version(int number, String description, List<String> statements) {
    List<String> whole() {
      var whole = new ArrayList<>(statements);
      whole.add(
          "INSERT INTO tandem.schema_version (version, description) VALUES ("
              + number
              + ", "
              + Sql.literal(description)
              + ")");
      return whole;
    }
  }

  /// The version that this program needs.
  public static int version() {
    return VERSIONS.getLast().number();
  }

  /// The SQL that installs everything, for a DBA.
  public static List<String> statements() {
    return statements(0);
  }

  /// @return the version that is installed, 0 if none is
  public static int installed(Connection connection) throws SQLException {
    if (!exists(connection, "tandem.schema_version")) {
      return 0;
    }
    try (var query = connection.createStatement();
        var row =
            query.executeQuery("SELECT coalesce(max(version), 0) FROM tandem.schema_version")) {
      row.next();
      return row.getInt(1);
    }
  }

  /// Installs what is missing. The connection must be in auto-commit.
  ///
  /// @throws SetupException where a newer program has installed more than this one knows
  public static void install(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      int installed = installed(connection);
      if (installed > version()) {
        throw new SetupException(newer(installed) + "; fix: run the newer program");
      }
      for (String sql : statements(installed)) {
        statement.execute(sql);
      }
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  static Step step(Connection connection) throws SQLException {
    String name = "schema tandem";
    int installed = installed(connection);
    if (installed > version()) {
      return Step.refused(Step.Place.TARGET, name, newer(installed), "run the newer program");
    }
    return installed == version()
        ? Step.exists(Step.Place.TARGET, name, "version " + installed)
        : Step.toDo(Step.Place.TARGET, name, statements(installed));
  }

  /// The tables that hold rows of migrations, as far as the installed version has them.
  static List<String> tables(Connection connection) throws SQLException {
    var tables = new ArrayList<String>();
    for (String table : TABLES) {
      if (exists(connection, table)) {
        tables.add(table);
      }
    }
    return tables;
  }

  /// Whether any partition of a migration has a checkpoint.
  static boolean hasCheckpoints(Connection connection, String migration) throws SQLException {
    if (!exists(connection, "tandem.checkpoint")) {
      return false;
    }
    String sql = "SELECT EXISTS (SELECT 1 FROM tandem.checkpoint WHERE migration = ?)";
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, migration);
      try (var row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /// The domains of a migration that have checkpoints.
  static Set<String> checkpointed(Connection connection, String migration) throws SQLException {
    var domains = new TreeSet<String>();
    if (exists(connection, "tandem.checkpoint")) {
      String sql = "SELECT DISTINCT domain FROM tandem.checkpoint WHERE migration = ?";
      try (var query = connection.prepareStatement(sql)) {
        query.setString(1, migration);
        try (var rows = query.executeQuery()) {
          while (rows.next()) {
            domains.add(rows.getString(1));
          }
        }
      }
    }
    return domains;
  }

  static boolean exists(Connection connection, String relation) throws SQLException {
    // Not to_regclass: it fails where the schema may not be used.
    String sql =
        """
        SELECT EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname || '.' || c.relname = ?)""";
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, relation);
      try (var row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static List<String> statements(int installed) {
    return VERSIONS.stream()
        .filter(version -> version.number() > installed)
        .flatMap(version -> version.whole().stream())
        .toList();
  }

  private static String newer(int installed) {
    return "expected schema tandem in version " + version() + " or older, found " + installed;
  }
}
