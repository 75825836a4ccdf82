package dev.tandem.setup;

import dev.tandem.table.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The secret that digests of a migration's sensitive values are keyed with, so that nobody finds a
/// value by trying. Made once, in the target and by its server's strong source of randomness, so
/// that it stands in no statement and no log; never replaced, since digests are compared over time.
public final class DigestKey {
  private static final String TABLE = "tandem.digest_key";
  private static final String NAME = "digest key";

  private DigestKey() {}

  /// The 16 bytes of a migration's key.
  ///
  /// @throws SetupException.NotMadeException if it was never made
  public static byte[] read(Connection connection, String migration) throws SQLException {
    if (TargetSchema.exists(connection, TABLE)) {
      String sql = "SELECT key FROM tandem.digest_key WHERE migration = ?";
      try (var query = connection.prepareStatement(sql)) {
        query.setString(1, migration);
        try (var rows = query.executeQuery()) {
          if (rows.next()) {
            return rows.getBytes(1);
          }
        }
      }
    }
    throw new SetupException.NotMadeException(
        "expected a digest key of migration "
            + migration
            + " in "
            + TABLE
            + " of the target, found none; fix: tandem setup SPEC");
  }

  static Step step(Connection connection, String migration) throws SQLException {
    return isMade(connection, migration)
        ? Step.exists(Step.Place.TARGET, NAME, "of migration " + migration)
        : Step.toDo(Step.Place.TARGET, NAME, List.of(statement(migration)));
  }

  /// Makes it, unless it is there.
  static void make(Connection connection, String migration) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(statement(migration));
    }
  }

  private static boolean isMade(Connection connection, String migration) throws SQLException {
    if (!TargetSchema.exists(connection, TABLE)) {
      return false;
    }
    String sql = "SELECT EXISTS (SELECT 1 FROM tandem.digest_key WHERE migration = ?)";
    try (var query = connection.prepareStatement(sql)) {
      query.setString(1, migration);
      try (var row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /// Two UUIDs hold 244 random bits; the digest of them spreads these over all of the key.
  private static String statement(String migration) {
    return "INSERT INTO tandem.digest_key (migration, key) VALUES ("
        + Sql.literal(migration)
        + ", substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) FROM 1"
        + " FOR 16)) ON CONFLICT DO NOTHING";
  }
}
