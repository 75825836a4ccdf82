package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.SchemaRegistryClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A migration and the places that it lives in.
///
/// @param tables of the spec that are in the stores
/// @param retained what is declared of the log that the slots retain
/// @param kafka client properties; any value may be a secret
public record Site(
    MigrationPlan plan,
    Tables tables,
    Store legacy,
    Store target,
    RetainedLogs retained,
    Map<String, String> kafka,
    SchemaRegistryClient registry) {
  public Site {
    kafka = Map.copyOf(kafka);
  }

  /// With all tables of the plan, and nothing declared of the log.
  public Site(
      MigrationPlan plan,
      Store legacy,
      Store target,
      Map<String, String> kafka,
      SchemaRegistryClient registry) {
    this(plan, Tables.of(plan), legacy, target, RetainedLogs.NOTHING_SAID, kafka, registry);
  }

  /// Tables of a migration.
  ///
  /// @param legacy every one that is read
  /// @param target every one that is written
  public record Tables(Set<TableId> legacy, Set<TableId> target) {
    public Tables {
      legacy = Collections.unmodifiableSet(new TreeSet<>(legacy));
      target = Collections.unmodifiableSet(new TreeSet<>(target));
    }

    static Tables of(MigrationPlan plan) {
      return new Tables(all(plan, DomainPlan::tables), all(plan, DomainPlan::targetTables));
    }

    private static Set<TableId> all(MigrationPlan plan, Function<DomainPlan, Set<TableId>> tables) {
      return plan.domains().stream()
          .flatMap(domain -> tables.apply(domain).stream())
          .collect(Collectors.toSet());
    }
  }

  /// The same with a plan that says nothing of tables.
  public Site sketched(Tables named) {
    return new Site(plan, named, legacy, target, retained, kafka, registry);
  }

  /// The same with what is declared of the log that the slots retain.
  public Site retaining(RetainedLogs declared) {
    return new Site(plan, tables, legacy, target, declared, kafka, registry);
  }

  /// Whether the plan is one of topics alone; see [dev.tandem.plan.PlanCompiler#sketch].
  boolean isSketch() {
    return plan.domains().stream().anyMatch(domain -> domain.entities().isEmpty());
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
    return tables.legacy();
  }

  /// Every target table that is written.
  Set<TableId> targetTables() {
    return tables.target();
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
