package dev.tandem.generation;

import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The generations of every domain of a migration, as far as any was ever rebuilt; of any other
/// domain there is the first, and it is live.
public record Generations(List<Generation> all) {
  public static final Generations NONE = new Generations(List.of());

  public Generations {
    all =
        all.stream()
            .sorted(Comparator.comparing(Generation::domain).thenComparingInt(Generation::number))
            .toList();
  }

  /// Those of a domain, the oldest first.
  public List<Generation> of(String domain) {
    var known = all.stream().filter(each -> each.domain().equals(domain)).toList();
    return known.isEmpty() ? List.of(first(domain)) : known;
  }

  private static Generation first(String domain) {
    return new Generation(
        domain, DomainPlan.FIRST_GENERATION, State.LIVE, Place.OF_SPEC, Note.NONE);
  }

  /// The one whose tables stand where the spec says.
  public Generation live(String domain) {
    return of(domain).stream()
        .filter(each -> each.state() == State.LIVE)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("domain " + domain + " has no live generation"));
  }

  /// The one that is fed beside the live one.
  public Optional<Generation> beside(String domain) {
    return of(domain).stream().filter(Generation::isBeside).findFirst();
  }

  /// The number that a new one gets.
  public int next(String domain) {
    return of(domain).getLast().number() + 1;
  }

  /// What the target's capture observes: each domain where the spec says, and beside it what stands
  /// in schemas of its own.
  public MigrationPlan observed(MigrationPlan plan) {
    var domains = new ArrayList<DomainPlan>();
    for (DomainPlan domain : plan.domains()) {
      domains.add(domain.of(live(domain.name()).number()));
      beside(domain.name()).ifPresent(it -> domains.add(domain.beside(it.number())));
    }
    return new MigrationPlan(plan.migration(), domains);
  }

  /// The transaction that put a table in its place, by table; tables that always stood in theirs
  /// are left out.
  public Map<TableId, Long> placements(MigrationPlan plan) {
    var placements = new HashMap<TableId, Long>();
    for (DomainPlan domain : plan.domains()) {
      put(live(domain.name()), domain.targetTables(), placements);
      beside(domain.name())
          .ifPresent(it -> put(it, domain.beside(it.number()).targetTables(), placements));
    }
    return placements;
  }

  private static void put(Generation of, Set<TableId> tables, Map<TableId, Long> placements) {
    if (of.place().since() > 0) {
      tables.forEach(table -> placements.put(table, of.place().since()));
    }
  }

  /// Every table that stands beside those of the spec, of whatever is not removed yet.
  public Set<TableId> tablesBeside(MigrationPlan plan) {
    var tables = new TreeSet<TableId>();
    for (DomainPlan domain : plan.domains()) {
      for (Generation each : of(domain.name())) {
        String schema = each.place().schema();
        if (schema != null && each.state() != State.REMOVED) {
          domain.targetTables().forEach(it -> tables.add(new TableId(schema, it.name())));
        }
      }
    }
    return tables;
  }
}
