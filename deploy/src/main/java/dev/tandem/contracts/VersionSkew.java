package dev.tandem.contracts;

import dev.tandem.generation.Generation.State;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which versions of the contracts are in use: in the rows of the target, and on the way there.
///
/// All rows of a generation's tables are of one version, whichever tenant they are of: its
/// translation makes one, and another one is a generation with tables of its own. So what is in the
/// rows is told by generation and holds for every tenant, while what is in flight, translated and
/// not yet applied, is told by tenant.
///
/// @param beyond records in flight that were not looked at, by domain and generation
public record VersionSkew(List<InTarget> target, List<InFlight> flight, List<Beyond> beyond) {
  /// Stands for the tenants that are not named.
  public static final String OTHERS = "(others)";

  /// What the rows of one entity in one generation's tables are of.
  ///
  /// @param version nothing where no record of the entity was found that tells it
  public record InTarget(
      String domain, String entity, int generation, State state, OptionalInt version) {}

  /// Records that are translated, and not applied by a generation.
  ///
  /// @param version nothing where their schema is none of the contract's folder
  /// @param tenant empty where the domain declares none
  public record InFlight(
      String domain,
      String entity,
      int generation,
      OptionalInt version,
      String tenant,
      long records) {
    InFlight of(String other) {
      return new InFlight(domain, entity, generation, version, other, records);
    }
  }

  public record Beyond(String domain, int generation, long records) {}

  /// One entity of one domain.
  public record Of(String domain, String entity) {}

  public VersionSkew {
    target = List.copyOf(target);
    flight = List.copyOf(flight);
    beyond = List.copyOf(beyond);
  }

  /// The versions of each entity that are in use anywhere: of one that has no skew a single one.
  public Map<Of, Set<Integer>> versions() {
    var versions =
        new TreeMap<Of, Set<Integer>>(Comparator.comparing(Of::domain).thenComparing(Of::entity));
    for (InTarget rows : target) {
      var here = versions.computeIfAbsent(new Of(rows.domain, rows.entity), _ -> new TreeSet<>());
      rows.version.ifPresent(here::add);
    }
    for (InFlight records : flight) {
      var here =
          versions.computeIfAbsent(new Of(records.domain, records.entity), _ -> new TreeSet<>());
      records.version.ifPresent(here::add);
    }
    return versions;
  }

  /// The same with the tenants of which most is in flight by their names, all others together.
  ///
  /// @param most tenants that are named in each domain
  public VersionSkew naming(int most) {
    var named = new HashMap<String, Set<String>>();
    flight.stream()
        .collect(Collectors.groupingBy(InFlight::domain))
        .forEach((domain, here) -> named.put(domain, loudest(here, most)));
    var sums = new HashMap<InFlight, Long>();
    for (InFlight each : flight) {
      boolean isNamed = named.getOrDefault(each.domain, Set.of()).contains(each.tenant);
      InFlight as = isNamed ? each : each.of(OTHERS);
      sums.merge(
          new InFlight(as.domain, as.entity, as.generation, as.version, as.tenant, 0),
          each.records,
          Long::sum);
    }
    var shown =
        sums.entrySet().stream()
            .map(
                it ->
                    new InFlight(
                        it.getKey().domain,
                        it.getKey().entity,
                        it.getKey().generation,
                        it.getKey().version,
                        it.getKey().tenant,
                        it.getValue()))
            .sorted(ORDER)
            .toList();
    return new VersionSkew(target, shown, beyond);
  }

  private static final Comparator<InFlight> ORDER =
      Comparator.comparing(InFlight::domain)
          .thenComparing(InFlight::entity)
          .thenComparing(InFlight::generation)
          .thenComparing(it -> it.version.orElse(0))
          .thenComparing(InFlight::tenant);

  private static Set<String> loudest(List<InFlight> records, int most) {
    var counts = new HashMap<String, Long>();
    records.forEach(each -> counts.merge(each.tenant, each.records, Long::sum));
    Stream<Map.Entry<String, Long>> sorted =
        counts.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue()
                    .reversed()
                    .thenComparing(Map.Entry.comparingByKey()));
    return sorted.limit(most).map(Map.Entry::getKey).collect(Collectors.toSet());
  }
}
