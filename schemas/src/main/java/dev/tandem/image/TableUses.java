package dev.tandem.image;

import dev.tandem.evolution.SchemaGate;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.row.RowSchema;
import dev.tandem.streams.DomainStoppedException;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which entities a table's rows belong to, on one side of a domain. Not thread-safe, as its [Use]s
/// are not.
public final class TableUses {
  private final Map<TableId, List<Use>> byTable = new HashMap<>();
  private final Map<Integer, Sourced> byOrdinal = new HashMap<>();
  private final @Nullable SchemaGate gate;

  /// An entity with its tables, the root's first.
  ///
  /// @param moving of the root's rows
  private record Sourced(EntityPlan entity, List<Source> sources, Use.Moving moving) {}

  private TableUses(List<Sourced> entities, @Nullable SchemaGate gate) {
    this.gate = gate;
    Map<TableId, Long> counts =
        entities.stream()
            .flatMap(entity -> entity.sources.stream())
            .collect(Collectors.groupingBy(Source::table, Collectors.counting()));
    for (Sourced each : entities) {
      if (each.sources.size() > 200) {
        throw new IllegalArgumentException(
            "entity "
                + each.entity.name()
                + " with "
                + each.sources.size()
                + " tables, at most 200");
      }
      byOrdinal.put(each.entity.ordinal(), each);
      for (int i = 0; i < each.sources.size(); i++) {
        Source source = each.sources.get(i);
        var sharing =
            counts.getOrDefault(source.table(), 0L) > 1 ? Use.Sharing.SHARED : Use.Sharing.SOLE;
        byTable
            .computeIfAbsent(source.table(), _ -> new ArrayList<>())
            .add(
                new Use(
                    each.entity,
                    source,
                    new Use.Role(i, sharing, i == 0 ? each.moving : Use.Moving.NEVER)));
      }
    }
  }

  /// The legacy tables that a domain is made from.
  public static TableUses ofLegacy(DomainPlan plan) {
    return ofLegacy(plan, new SchemaGate(plan));
  }

  /// @param gate before whoever reads them
  public static TableUses ofLegacy(DomainPlan plan, SchemaGate gate) {
    return new TableUses(
        plan.entities().stream()
            .map(entity -> new Sourced(entity, entity.sources().toList(), moving(plan, entity)))
            .toList(),
        gate);
  }

  /// A key that holds the `partition-by` field says the partition.
  private static Use.Moving moving(DomainPlan plan, EntityPlan entity) {
    boolean fixed = plan.saysPartition(entity) || entity.root().events().isPresent();
    return fixed ? Use.Moving.NEVER : Use.Moving.POSSIBLE;
  }

  /// The target tables that a domain is written to; an aggregate is named by the entity's key.
  public static TableUses ofTarget(DomainPlan plan) {
    return new TableUses(
        plan.entities().stream()
            .map(entity -> new Sourced(entity, targetSources(entity.target()), Use.Moving.NEVER))
            .toList(),
        null);
  }

  private static List<Source> targetSources(TargetPlan target) {
    var sources = new ArrayList<Source>();
    var root = target.root();
    sources.add(new Source(Source.ROOT, root.table(), root.key(), root.rowKey()));
    for (TargetPlan.Child child : target.children()) {
      List<String> parent = child.parent().stream().map(TargetPlan.TargetColumn::name).toList();
      sources.add(new Source(child.field(), child.table().table(), parent, child.table().rowKey()));
    }
    return sources;
  }

  /// Whether a row that a sweep meets as it was kept is still for somebody: of a legacy row
  /// translation may have been able to make nothing when it was given, and a backfill gives it
  /// anew. Nothing is made of the target's rows; who has looked at them has no need to look again.
  boolean areGivenAnew() {
    return gate != null;
  }

  /// The record by the names that the plan uses.
  ///
  /// @throws DomainStoppedException if it shows a change of the legacy schema that the plan cannot
  ///     follow
  OutboxRecord pass(OutboxRecord record) {
    return gate == null ? record : gate.pass(record);
  }

  /// The name that a table has now.
  TableId table(TableId table) {
    return gate == null ? table : gate.table(table);
  }

  /// Rows of this form are kept.
  void knew(RowSchema kept) {
    if (gate != null) {
      gate.knew(kept);
    }
  }

  /// Every table that is used.
  public Set<TableId> tables() {
    return Set.copyOf(byTable.keySet());
  }

  /// The uses of a table, none if the domain does not read it.
  List<Use> of(TableId table) {
    return byTable.getOrDefault(table, List.of());
  }

  /// Those of them whose rows are kept as they are. That an event is gone says nothing of its
  /// aggregate.
  List<Use> rowUses(TableId table) {
    return of(table).stream().filter(use -> use.events() == null).toList();
  }

  /// The entity whose aggregate begins with this ordinal.
  public EntityPlan entity(byte[] key) {
    return sourced(key).entity;
  }

  /// The tables of the entity whose aggregate begins with this ordinal, the root's first.
  public List<Source> sources(byte[] key) {
    return sourced(key).sources;
  }

  private Sourced sourced(byte[] key) {
    Sourced entity = byOrdinal.get((key[0] & 0xFF) << 8 | key[1] & 0xFF);
    if (entity == null) {
      throw new IllegalStateException(
          "state of entity number "
              + ((key[0] & 0xFF) << 8 | key[1] & 0xFF)
              + ", which the plan has not");
    }
    return entity;
  }

  /// The aggregate that a key of `rows` belongs to.
  public StateKey aggregate(byte[] rowKey) {
    int end = 2;
    for (int i = sources(rowKey).getFirst().join().size(); i > 0; i--) {
      end = RowKeys.skip(rowKey, end);
    }
    return new StateKey(java.util.Arrays.copyOf(rowKey, end));
  }
}
