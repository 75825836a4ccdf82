package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Source;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Which entities a table's rows belong to. Not thread-safe, as its [Use]s are not.
final class TableUses {
  private final Map<TableId, List<Use>> byTable = new HashMap<>();
  private final Map<Integer, EntityPlan> byOrdinal;

  TableUses(DomainPlan plan) {
    byOrdinal =
        plan.entities().stream()
            .collect(Collectors.toMap(EntityPlan::ordinal, Function.identity()));
    Map<TableId, Long> counts =
        plan.entities().stream()
            .flatMap(EntityPlan::sources)
            .collect(Collectors.groupingBy(Source::table, Collectors.counting()));
    for (EntityPlan entity : plan.entities()) {
      List<Source> sources = entity.sources().toList();
      if (sources.size() > 200) {
        throw new IllegalArgumentException(
            "entity " + entity.name() + " with " + sources.size() + " tables, at most 200");
      }
      for (int i = 0; i < sources.size(); i++) {
        Source source = sources.get(i);
        var sharing =
            counts.getOrDefault(source.table(), 0L) > 1 ? Use.Sharing.SHARED : Use.Sharing.SOLE;
        byTable
            .computeIfAbsent(source.table(), _ -> new ArrayList<>())
            .add(new Use(entity, source, i, sharing));
      }
    }
  }

  /// The uses of a table, none if the domain does not read it.
  List<Use> of(TableId table) {
    return byTable.getOrDefault(table, List.of());
  }

  /// The entity whose aggregate begins with this ordinal.
  EntityPlan entity(byte[] key) {
    EntityPlan entity = byOrdinal.get((key[0] & 0xFF) << 8 | key[1] & 0xFF);
    if (entity == null) {
      throw new IllegalStateException(
          "state of entity number "
              + ((key[0] & 0xFF) << 8 | key[1] & 0xFF)
              + ", which the plan has not");
    }
    return entity;
  }

  /// The aggregate that a key of `rows` belongs to.
  StateKey aggregate(byte[] rowKey) {
    int end = 2;
    for (int i = entity(rowKey).root().join().size(); i > 0; i--) {
      end = RowKeys.skip(rowKey, end);
    }
    return new StateKey(java.util.Arrays.copyOf(rowKey, end));
  }
}
