package dev.tandem.stack;

import java.nio.file.Path;
import java.util.Map;

/// What an embedded Postgres server is started with.
///
/// @param directory holds its data and its log, and belongs to it alone
/// @param port on 127.0.0.1; 0 means any free one
/// @param database made when the server is started and it is missing
/// @param parameters of the server (`postgresql.conf`), before our own:
///     `Map.of("max_replication_slots", "1")`
public record PostgresSettings(
    Path directory,
    int port,
    String database,
    Durability durability,
    Map<String, String> parameters) {

  /// Whether a commit is on the disk, or may be lost with the power of the machine (not with a
  /// killed process).
  public enum Durability {
    DISK,
    MEMORY
  }

  public PostgresSettings {
    directory = directory.toAbsolutePath().normalize();
    parameters = Map.copyOf(parameters);
    if (!database.matches("[a-z_][a-z0-9_]*")) {
      throw new IllegalArgumentException("Not a plain database name: " + database);
    }
  }

  /// Any free port, a database `tandem`, and no fsync: for tests.
  public static PostgresSettings in(Path directory) {
    return new PostgresSettings(directory, 0, "tandem", Durability.MEMORY, Map.of());
  }

  public PostgresSettings withPort(int wanted) {
    return new PostgresSettings(directory, wanted, database, durability, parameters);
  }

  public PostgresSettings withDatabase(String name) {
    return new PostgresSettings(directory, port, name, durability, parameters);
  }

  public PostgresSettings withDurability(Durability wanted) {
    return new PostgresSettings(directory, port, database, wanted, parameters);
  }

  public PostgresSettings withParameters(Map<String, String> more) {
    return new PostgresSettings(directory, port, database, durability, more);
  }
}
