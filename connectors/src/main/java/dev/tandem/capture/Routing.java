package dev.tandem.capture;

import dev.tandem.evolution.TableTruncated;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which strands a row of one side belongs to (DESIGN invariant 2). A table may play several parts
/// in several domains; a row stands once in each partition that any of them names. The rule for an
/// update, per partition: named by old and new row, it is an update there; only by the old, the row
/// leaves, a delete; only by the new, it enters, an insert. Where it must not go, both partitions
/// get the update whole, and decide alike what becomes of it; a dead letter says so. Rows that the
/// domain cannot tell apart any more go to all of its partitions, so that each stops. Thread-safe.
final class Routing {
  private final MigrationPlan plan;
  private final Side side;
  private final Strands strands;
  private final Map<TableId, List<Part>> parts = new LinkedHashMap<>();

  /// Tables by other names that they have or had.
  private final Map<TableId, TableId> aliases = new ConcurrentHashMap<>();

  /// Where something goes.
  sealed interface Target {
    int strand();

    /// To a partition.
    record Outbox(int strand, Op op) implements Target {}

    /// It cannot be placed.
    record Refused(int strand, String entity, String reason) implements Target {}
  }

  Routing(MigrationPlan plan, Side side) {
    this.plan = plan;
    this.side = side;
    this.strands = new Strands(plan, side);
    for (Part part : side.parts(plan)) {
      parts.computeIfAbsent(part.table(), _ -> new ArrayList<>()).add(part);
      part.formerly().forEach(name -> alias(name, part.table()));
    }
  }

  /// Rows under a name are those of a table.
  void alias(TableId name, TableId table) {
    aliases.put(name, table);
  }

  /// The table of the plan that goes by a name; the name itself if none does.
  TableId planned(TableId name) {
    return aliases.getOrDefault(name, name);
  }

  boolean knows(TableId name) {
    return parts.containsKey(planned(name));
  }

  /// Rows of this form come from now on.
  void meet(RowSchema rows) {
    of(rows.table()).forEach(part -> part.meet(rows));
  }

  /// The domains that read a table, each once, however many outboxes it is written to.
  List<DomainPlan> domains(TableId table) {
    return of(table).stream()
        .map(Part::domain)
        .distinct()
        .filter(this::isFirst)
        .map(plan.domains()::get)
        .toList();
  }

  private boolean isFirst(int domain) {
    String name = plan.domains().get(domain).topics().name();
    return plan.domains().subList(0, domain).stream()
        .noneMatch(before -> before.topics().name().equals(name));
  }

  private List<Part> of(TableId name) {
    return parts.getOrDefault(planned(name), List.of());
  }

  /// Those whose changes are read.
  Set<TableId> tables() {
    return new TreeSet<>(parts.keySet());
  }

  /// Those whose rows are read too.
  Set<TableId> swept() {
    var swept = tables();
    swept.removeIf(
        table ->
            parts.getOrDefault(table, List.of()).stream()
                .allMatch(part -> part.loading() == Part.Loading.STREAMED_ONLY));
    return swept;
  }

  DomainPlan domain(int strand) {
    return plan.domains().get(strands.domain(strand));
  }

  Strands strands() {
    return strands;
  }

  /// The strands of a row that was inserted or swept.
  List<Target> row(Row row) {
    return targets(row.schema().table(), Op.INSERT, new Pair(null, row), null);
  }

  /// @param inserted by the transaction that the change is of
  List<Target> change(CapturedChange change, Inserted inserted) {
    TableId table = change.schema().table();
    if (change.defect() != null) {
      return refused(table, change.defect());
    }
    if (change.op() != Op.TRUNCATE) {
      var rows = new Pair(change.before(), change.after());
      List<Target> targets = targets(table, change.op(), rows, inserted);
      boolean isTorn = targets.stream().anyMatch(Target.Refused.class::isInstance);
      return isTorn && hasHalves(change) ? halves(table, rows, inserted) : targets;
    }
    var targets = new ArrayList<>(everywhere(table, Op.TRUNCATE));
    of(table).stream()
        .filter(part -> part.regard(Op.TRUNCATE) == Part.Regard.REFUSED)
        .forEach(part -> refuse(targets, part));
    return targets;
  }

  /// Of the target a row is seen to go wherever it goes to, and to come from wherever it was. A
  /// legacy row stays what it was until it can be told what it has become.
  private boolean hasHalves(CapturedChange change) {
    return change.records() > 1 || side == Side.TARGET && change.op() == Op.UPDATE;
  }

  /// An update whose one half cannot be placed: the other is not lost with it.
  private List<Target> halves(TableId table, Pair rows, Inserted inserted) {
    var targets = new ArrayList<>(targets(table, Op.DELETE, new Pair(rows.before, null), inserted));
    for (Target target : targets(table, Op.INSERT, new Pair(null, rows.after), inserted)) {
      if (target instanceof Target.Outbox(int strand, Op op)) {
        merge(targets, strand, op);
      } else {
        targets.add(target);
      }
    }
    return targets;
  }

  /// The rows of a change.
  private record Pair(@Nullable Row before, @Nullable Row after) {}

  /// What domains are told of the truncation of a table whose rows they read.
  List<TableTruncated> truncated(CapturedChange change) {
    TableId table = planned(change.schema().table());
    return of(table).stream()
        .filter(part -> part.regard(Op.TRUNCATE) == Part.Regard.READ)
        .map(Part::domain)
        .distinct()
        .filter(this::isFirst)
        .map(plan.domains()::get)
        .map(
            domain ->
                new TableTruncated(
                    domain.name(),
                    table,
                    domain.onTruncate(),
                    change.lsn().toString(),
                    change.committedAt()))
        .toList();
  }

  /// The dead letters of every domain that reads a table.
  List<Target> refused(TableId table, String reason) {
    var targets = new ArrayList<Target>();
    of(table).stream()
        .map(Part::domain)
        .distinct()
        .forEach(domain -> refuse(targets, domain, "", reason));
    return targets;
  }

  /// What becomes of a record that the outbox cannot take.
  Target.Refused refused(Target.Outbox target, String reason) {
    return new Target.Refused(strands.deadLetters(strands.domain(target.strand())), "", reason);
  }

  /// The names of the columns that name a row of a table.
  List<String> key(TableId table) {
    List<Part> known = of(table);
    return known.isEmpty() ? List.of() : known.getFirst().key();
  }

  /// Every partition's strand of every domain that reads a table.
  List<Target> everywhere(TableId table, Op op) {
    var targets = new ArrayList<Target>();
    of(table).stream()
        .filter(part -> part.regard(op) == Part.Regard.READ)
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

  /// @param inserted by the transaction that they are of; null where they are of none
  private List<Target> targets(TableId table, Op op, Pair rows, @Nullable Inserted inserted) {
    Row before = rows.before;
    Row after = rows.after;
    var targets = new ArrayList<Target>(2);
    for (Part part : of(table)) {
      switch (part.regard(op)) {
        case READ -> {}
        case PASSED -> {
          continue;
        }
        case REFUSED -> {
          refuse(targets, part);
          continue;
        }
      }
      try {
        int entered = after == null ? Part.NOWHERE : strand(part, after);
        // A row whose old content the log does not give has not moved.
        int left = op == Op.INSERT ? Part.NOWHERE : before == null ? entered : strand(part, before);
        String refusal =
            left >= 0 && entered >= 0 && left != entered ? part.refusesMove(before, after) : null;
        if (inserted != null && op == Op.INSERT && after != null) {
          inserted.add(part, after);
        }
        if (refusal == null || inserted == null || inserted.holds(part, after)) {
          add(targets, left, entered);
        } else {
          merge(targets, left, Op.UPDATE);
          merge(targets, entered, Op.UPDATE);
          refuse(targets, part.domain(), part.entity(), refusal);
        }
      } catch (RuntimeException thrown) { // a mapping in Java may throw anything
        MappingException refused = MappingException.of("partition-by", thrown);
        Row row = after == null ? before : after;
        // A swept row is read again once the domain goes on; what is streamed comes once.
        boolean decides = inserted != null || part.isOfEvents();
        if (decides && row != null && part.stopsAt(row.schema())) {
          for (int i = 0; i < plan.domains().get(part.domain()).partitions(); i++) {
            merge(targets, strands.of(part.domain(), i), op);
          }
          continue;
        }
        refuse(targets, part.domain(), part.entity(), refused.field() + ": " + refused.reason());
      }
    }
    return targets;
  }

  /// Rows that should be kept are not: once for each domain, whichever entities they were of.
  private void refuse(List<Target> targets, Part part) {
    refuse(
        targets,
        part.domain(),
        "",
        "expected rows of this outbox table to be kept, as the spec says (after-reading: kept),"
            + " found one deleted; no entity was changed by it; fix: write after-reading:"
            + " deleted if the application deletes what was read");
  }

  /// What cannot be placed in one outbox of a domain can be in none of them: it is said once.
  private void refuse(List<Target> targets, int domain, String entity, String reason) {
    var refused = new Target.Refused(strands.deadLetters(domain), entity, reason);
    if (!targets.contains(refused)) {
      targets.add(refused);
    }
  }

  private int strand(Part part, Row row) {
    int partition = part.partition(row);
    return partition == Part.NOWHERE ? partition : strands.of(part.domain(), partition);
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
