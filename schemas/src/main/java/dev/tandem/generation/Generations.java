package dev.tandem.generation;

import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

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

  /// Those that are fed, the live one first.
  public List<Generation> fed(String domain) {
    return Stream.concat(Stream.of(live(domain)), beside(domain).stream()).toList();
  }

  /// Those of them that a spec feeds: its mapping is theirs, and its number of partitions that of
  /// any of them. While there are two with different numbers, a spec with either feeds both.
  ///
  /// @param spec the domain as the spec has it
  public List<Generation> fedBy(DomainPlan spec) {
    if (!hasPartitionsOf(spec)) {
      return List.of();
    }
    String mapping = spec.fingerprint();
    return fed(spec.name()).stream().filter(each -> each.feed().isOf(mapping)).toList();
  }

  /// Whether some generation that is fed has as many partitions as a spec says.
  ///
  /// @param spec the domain as the spec has it
  public boolean hasPartitionsOf(DomainPlan spec) {
    return fed(spec.name()).stream()
        .anyMatch(each -> each.feed().log().partitions(spec) == spec.partitions());
  }

  /// The domains with two generations that specs were agreed on for which are captured in another
  /// form than by this one.
  public List<String> capturedOtherwise(MigrationPlan spec) {
    List<String> own = List.of(CaptureForm.digest(spec), CaptureForm.unpartitionedDigest(spec));
    return all.stream()
        .map(Generation::domain)
        .distinct()
        .filter(domain -> beside(domain).isPresent())
        .filter(
            domain ->
                fed(domain).stream()
                    .map(each -> each.feed().captured())
                    .anyMatch(noted -> noted != null && !own.contains(noted)))
        .toList();
  }

  /// A domain as the live generation has it.
  ///
  /// @param spec the domain as the spec has it
  public DomainPlan live(DomainPlan spec) {
    return live(spec.name()).of(spec);
  }

  /// The domains as their live generations have them.
  ///
  /// @param spec the migration as the spec has it
  public MigrationPlan live(MigrationPlan spec) {
    return new MigrationPlan(spec.migration(), spec.domains().stream().map(this::live).toList());
  }

  /// The topics of a domain's live generation.
  public Topics topics(String migration, String domain) {
    Feed feed = live(domain).feed();
    return new Topics(migration, domain, Topics.SPEC, feed.translatedFor(), feed.log().outboxOf());
  }

  /// Whether what was said of a generation while it was live is of the translation that is live
  /// now. What was said of another one is of other tables, and waits until that is live again.
  public boolean isOfLive(String domain, int number) {
    int live = live(domain).feed().translatedFor();
    return of(domain).stream()
        .filter(each -> each.number() == number)
        .allMatch(each -> each.feed().translatedFor() == live);
  }

  /// Whether what was said of a generation while it was live is of a translation of which no
  /// generation is left, so that it cannot be live again.
  public boolean isOfRemoved(String domain, int number) {
    return of(domain).stream()
        .filter(each -> each.number() == number)
        .map(each -> each.feed().translatedFor())
        .anyMatch(
            translated ->
                of(domain).stream()
                    .filter(each -> each.feed().translatedFor() == translated)
                    .allMatch(each -> each.state() == Generation.State.REMOVED));
  }

  /// The translations that something is fed from, of those that a spec has the mapping of.
  ///
  /// @param spec the domain as the spec has it
  public List<DomainPlan> translations(DomainPlan spec) {
    var first = new TreeMap<Integer, DomainPlan>();
    for (Generation each : fedBy(spec)) {
      first.putIfAbsent(each.feed().translatedFor(), each.applied(spec));
    }
    return List.copyOf(first.values());
  }

  /// The number that a new one gets.
  public int next(String domain) {
    return of(domain).getLast().number() + 1;
  }

  /// What the legacy store's capture writes: each domain once for each of its outboxes that
  /// something is fed from, first as the live generation has it. Whoever captures writes all of
  /// them, whatever its mapping.
  public MigrationPlan captured(MigrationPlan plan) {
    var domains = new ArrayList<DomainPlan>();
    for (DomainPlan domain : plan.domains()) {
      var outboxes = new TreeSet<Integer>();
      for (Generation each : fed(domain.name())) {
        if (outboxes.add(each.feed().log().outboxOf())) {
          domains.add(each.feed().over(domain));
        }
      }
    }
    return new MigrationPlan(plan.migration(), domains);
  }

  /// The outboxes that nothing is fed from any more, by [Topics#outboxName]; nothing ever will be
  /// again.
  public Set<String> outboxesOver(MigrationPlan plan) {
    var over = new TreeSet<String>();
    for (Generation each : all) {
      over.add(
          new Topics(plan.migration(), each.domain())
              .over(each.feed().log().outboxOf())
              .outboxName());
    }
    captured(plan).domains().forEach(it -> over.remove(it.topics().outboxName()));
    return over;
  }

  /// What the target's capture observes: each domain where the spec says, and beside it what stands
  /// in schemas of its own.
  public MigrationPlan observed(MigrationPlan plan) {
    var domains = new ArrayList<DomainPlan>();
    for (DomainPlan domain : plan.domains()) {
      fed(domain.name()).forEach(it -> domains.add(it.of(domain)));
    }
    return new MigrationPlan(plan.migration(), domains);
  }

  /// The transaction that put a table in its place, by table; tables that always stood in theirs
  /// are left out.
  public Map<TableId, Long> placements(MigrationPlan plan) {
    var placements = new HashMap<TableId, Long>();
    for (DomainPlan domain : plan.domains()) {
      put(live(domain.name()), domain.targetTables(), placements);
      beside(domain.name()).ifPresent(it -> put(it, it.beside(domain).targetTables(), placements));
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
