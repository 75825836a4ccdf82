package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.SchemaRegistryClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// A migration and the places that it lives in.
///
/// @param kafka client properties; any value may be a secret
public record Site(
    MigrationPlan plan,
    Store legacy,
    Store target,
    Map<String, String> kafka,
    SchemaRegistryClient registry) {
  public Site {
    kafka = Map.copyOf(kafka);
  }

  public String migration() {
    return plan.migration();
  }

  /// What of a store is captured.
  CapturedStore captured(Side side) {
    var names = new CaptureNames(migration(), side);
    return switch (side) {
      case LEGACY -> new CapturedStore(names, legacyTables(), Set.of());
      case TARGET -> new CapturedStore(names, targetTables(), TargetSchema.OBSERVED);
    };
  }

  /// The same with the tables of generations that stand beside those of the spec.
  CapturedStore captured(Side side, Connection connection) throws SQLException {
    CapturedStore store = captured(side);
    return switch (side) {
      case LEGACY -> store;
      case TARGET -> store.with(GenerationTable.read(connection, migration()).tablesBeside(plan));
    };
  }

  Store store(Side side) {
    return switch (side) {
      case LEGACY -> legacy;
      case TARGET -> target;
    };
  }

  /// Every legacy table that is read.
  Set<TableId> legacyTables() {
    var tables = new TreeSet<TableId>();
    plan.domains().stream().map(DomainPlan::tables).forEach(tables::addAll);
    return tables;
  }

  /// Every target table that is written.
  Set<TableId> targetTables() {
    var tables = new TreeSet<TableId>();
    plan.domains().stream().map(DomainPlan::targetTables).forEach(tables::addAll);
    return tables;
  }

  String bootstrapServers() {
    return kafka.getOrDefault("bootstrap.servers", "(no bootstrap.servers)");
  }

  /// Without the values of properties.
  @Override
  public String toString() {
    return "Site[" + migration() + "]";
  }
}
