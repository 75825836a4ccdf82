package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.Partitioning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which strands a row belongs to (DESIGN invariant 2). A table may play several parts in several
/// domains; a row stands once in each partition that any of them names. The rule for an update, per
/// partition: named by old and new row, it is an update there; only by the old, the row leaves, a
/// delete; only by the new, it enters, an insert. Pure and thread-safe.
final class Routing {
  private final MigrationPlan plan;
  private final Strands strands;
  private final Map<TableId, List<Part>> parts = new HashMap<>();

  /// One part that a table plays.
  private record Part(int domain, EntityPlan entity, Source source) {}

  /// Where something goes.
  sealed interface Target {
    int strand();

    record Outbox(int strand, Op op) implements Target {}

    /// It cannot be placed.
    record Refused(int strand, String entity, String reason) implements Target {}
  }

  Routing(MigrationPlan plan, Strands strands) {
    this.plan = plan;
    this.strands = strands;
    for (int domain = 0; domain < plan.domains().size(); domain++) {
      for (EntityPlan entity : plan.domains().get(domain).entities()) {
        int number = domain;
        entity
            .sources()
            .forEach(
                source ->
                    parts
                        .computeIfAbsent(source.table(), _ -> new ArrayList<>())
                        .add(new Part(number, entity, source)));
      }
    }
  }

  Set<TableId> tables() {
    return new TreeSet<>(parts.keySet());
  }

  DomainPlan domain(int strand) {
    return plan.domains().get(strands.domain(strand));
  }

  Strands strands() {
    return strands;
  }

  /// The strands of a row that was inserted or swept.
  List<Target> row(Row row) {
    return targets(row.schema().table(), Op.INSERT, null, row);
  }

  List<Target> change(CapturedChange change) {
    TableId table = change.schema().table();
    if (change.defect() != null) {
      return refused(table, change.defect());
    }
    return change.op() == Op.TRUNCATE
        ? everywhere(table, Op.TRUNCATE)
        : targets(table, change.op(), change.before(), change.after());
  }

  /// The dead letters of every domain that reads a table.
  List<Target> refused(TableId table, String reason) {
    var targets = new ArrayList<Target>();
    parts.getOrDefault(table, List.of()).stream()
        .map(Part::domain)
        .distinct()
        .forEach(
            domain -> targets.add(new Target.Refused(strands.deadLetters(domain), "", reason)));
    return targets;
  }

  /// What becomes of a record that the outbox cannot take.
  Target.Refused refused(Target.Outbox target, String reason) {
    return new Target.Refused(strands.deadLetters(strands.domain(target.strand())), "", reason);
  }

  /// The names of the columns that name a row of a table.
  List<String> key(TableId table) {
    List<Part> known = parts.getOrDefault(table, List.of());
    return known.isEmpty() ? List.of() : known.getFirst().source.key();
  }

  /// Every outbox strand of every domain that reads a table.
  List<Target> everywhere(TableId table, Op op) {
    var targets = new ArrayList<Target>();
    parts.getOrDefault(table, List.of()).stream()
        .map(Part::domain)
        .distinct()
        .forEach(
            domain -> {
              for (int i = 0; i < plan.domains().get(domain).partitions(); i++) {
                targets.add(new Target.Outbox(strands.of(domain, i), op));
              }
            });
    return targets;
  }

  private List<Target> targets(TableId table, Op op, @Nullable Row before, @Nullable Row after) {
    var targets = new ArrayList<Target>(2);
    for (Part part : parts.getOrDefault(table, List.of())) {
      try {
        int entered = after == null ? -1 : strand(part, after);
        // A row whose old content the log does not give has not moved.
        int left = op == Op.INSERT ? -1 : before == null ? entered : strand(part, before);
        if (left >= 0 && left != entered && isTorn(part, before, after)) {
          throw new MappingException(
              "partition-by",
              "its value has changed while the key has not, and two partitions must never write one"
                  + " row; the field is immutable");
        }
        add(targets, left, entered);
      } catch (MappingException refused) {
        targets.add(
            new Target.Refused(
                strands.deadLetters(part.domain),
                part.entity.name(),
                refused.field() + ": " + refused.reason()));
      }
    }
    return targets;
  }

  /// Whether an old and a new root row are one entity, by its key (C8).
  private static boolean isTorn(Part part, @Nullable Row before, @Nullable Row after) {
    return part.source.isRoot()
        && before != null
        && after != null
        && part.entity.mapping().key(before).equals(part.entity.mapping().key(after));
  }

  private int strand(Part part, Row row) {
    String key = part.entity.mapping().partitionKey(part.source, row);
    int partitions = plan.domains().get(part.domain).partitions();
    return strands.of(part.domain, Partitioning.partition(key, partitions));
  }

  private static void add(List<Target> targets, int left, int entered) {
    if (left == entered && left >= 0) {
      merge(targets, left, Op.UPDATE);
      return;
    }
    if (left >= 0) {
      merge(targets, left, Op.DELETE);
    }
    if (entered >= 0) {
      merge(targets, entered, Op.INSERT);
    }
  }

  /// Two parts that name one partition: the row is in it before if either says so, and after.
  private static void merge(List<Target> targets, int strand, Op op) {
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i) instanceof Target.Outbox(int same, Op other) && same == strand) {
        targets.set(i, new Target.Outbox(strand, op == other ? op : Op.UPDATE));
        return;
      }
    }
    targets.add(new Target.Outbox(strand, op));
  }
}
