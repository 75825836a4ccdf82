package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.SchemaRegistryClient;
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

  /// Name of the slot and of the publication.
  String slot() {
    return new CaptureNames(migration()).slot();
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
    plan.domains().stream()
        .flatMap(domain -> domain.entities().stream())
        .forEach(
            entity -> {
              tables.add(entity.target().root().table());
              entity.target().children().forEach(child -> tables.add(child.table().table()));
            });
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
