package dev.tandem.status;

import dev.tandem.position.Lsn;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Where the capture of one store and its sweeps stand.
///
/// @param proven log position up to which every transaction is in Kafka, empty before the first
/// @param unproven why changes may have been lost, if they may
public record SweepStatus(String proven, Optional<String> unproven, List<Table> tables) {
  public SweepStatus {
    tables = List.copyOf(tables);
  }

  /// The sweep of one table.
  ///
  /// @param estimate about how many rows it had when the sweep began
  public record Table(String table, long rows, long estimate, boolean ended) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: %,d of about %,d rows%s", table, rows, estimate, ended ? ", done" : "");
    }
  }

  /// Whether every sweep that has begun is done, and one has.
  public boolean isLoaded() {
    return !tables.isEmpty() && tables.stream().allMatch(Table::ended);
  }

  /// Whether every transaction that ended up to a position is in Kafka.
  ///
  /// @param position as PostgreSQL writes it
  public boolean hasProven(String position) {
    return !proven.isEmpty() && !Lsn.parse(position).isAfter(Lsn.parse(proven));
  }

  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  public long estimate() {
    return tables.stream().mapToLong(table -> Math.max(table.rows(), table.estimate())).sum();
  }
}
