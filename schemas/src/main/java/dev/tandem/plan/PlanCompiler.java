package dev.tandem.plan;

import dev.tandem.event.PayloadSchemas;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.Problems;
import dev.tandem.spec.SourceSpec;
import dev.tandem.spec.Spec;
import dev.tandem.table.Catalog;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.AvroNames;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Compiles a spec into a plan: every name bound, every mapping typed, every contract version
/// checked. What is wrong is reported together. Opens no connection; the registry is reached by the
/// plan itself, when it meets the first payload in Avro.
public final class PlanCompiler {
  private final Spec spec;
  private final Stores stores;
  private final PayloadSchemas payloads;
  private final Problems problems;

  private PlanCompiler(Spec spec, Stores stores, PayloadSchemas payloads, Problems problems) {
    this.spec = spec;
    this.stores = stores;
    this.payloads = payloads;
    this.problems = problems;
  }

  /// The catalogs of both stores, as far as they could be read.
  public record Stores(Optional<Catalog> legacy, Optional<Catalog> target) {
    public static final Stores UNREACHABLE = new Stores(Optional.empty(), Optional.empty());
  }

  /// The plan, or empty if a problem is an error.
  ///
  /// @param spec may be a draft with stand-ins: then more problems are found, and no plan
  public static Optional<MigrationPlan> compile(
      Spec spec, Catalog legacy, Catalog target, Problems problems) {
    var stores = new Stores(Optional.of(legacy), Optional.of(target));
    return compile(spec, stores, PayloadRegistry.of(spec.registry()), problems);
  }

  /// The plan, or empty if a problem is an error, or a store was not reached.
  ///
  /// @param payloads the schemas of payloads in Avro, instead of those of the spec's registry
  public static Optional<MigrationPlan> compile(
      Spec spec, Stores stores, PayloadSchemas payloads, Problems problems) {
    return new PlanCompiler(spec, stores, payloads, problems).compile();
  }

  /// Reports what can be found with the stores that were reached; with none of them, the contracts
  /// and what the spec says of their fields.
  public static void check(Spec spec, Stores stores, Problems problems) {
    new PlanCompiler(spec, stores, PayloadRegistry.of(spec.registry()), problems).compile();
  }

  /// What a spec says without its stores: the domains with their names and partitions, and nothing
  /// of their entities.
  ///
  /// @param spec without errors
  public static MigrationPlan sketch(Spec spec) {
    return new MigrationPlan(
        spec.migration().value(),
        spec.domains().stream()
            .map(
                domain ->
                    DomainPlan.first(
                        new Topics(spec.migration().value(), domain.name().value()),
                        domain.partitions(),
                        domain.partitionBy().value(),
                        List.of()))
            .toList());
  }

  private Optional<MigrationPlan> compile() {
    var domains = new ArrayList<DomainPlan>();
    for (DomainSpec domain : spec.domains()) {
      domain(domain).ifPresent(domains::add);
    }
    checkWriters();
    stores.target().ifPresent(this::checkReferences);
    return problems.hasErrors() || domains.size() < spec.domains().size()
        ? Optional.empty()
        : Optional.of(new MigrationPlan(spec.migration().value(), domains));
  }

  private Optional<DomainPlan> domain(DomainSpec domain) {
    var entities = new ArrayList<EntityPlan>();
    var within = new EntityCompiler.Within(spec, stores, payloads);
    var compiler = new EntityCompiler(within, domain, problems);
    for (int ordinal = 0; ordinal < domain.entities().size(); ordinal++) {
      compiler.compile(domain.entities().get(ordinal), ordinal).ifPresent(entities::add);
    }
    compiler.checkAgreement();
    checkTableNames(domain);
    if (problems.hasErrors() || entities.size() < domain.entities().size()) {
      return Optional.empty();
    }
    stores
        .target()
        .ifPresent(
            target ->
                new ReferenceRule(domain.partitionBy().value(), problems)
                    .check(entities, domain.entities(), target));
    var topics = new Topics(spec.migration().value(), domain.name().value());
    return Optional.of(
        new DomainPlan(
            topics,
            domain.partitions(),
            DomainPlan.FIRST_GENERATION,
            entities,
            domain.partitionBy().value(),
            domain.tenant().map(Located::value),
            new ReconciliationBinder(domain, problems).budget(),
            domain
                .onSchemaChange()
                .map(it -> OnSchemaChange.valueOf(it.toUpperCase(Locale.ROOT)))
                .orElse(OnSchemaChange.STOP),
            domain
                .onTruncate()
                .map(it -> OnTruncate.valueOf(it.toUpperCase(Locale.ROOT)))
                .orElse(OnTruncate.DELETE),
            domain.poison().map(PoisonLimit::new).orElse(PoisonLimit.DEFAULT)));
  }

  /// Two legacy tables of a domain share an outbox, and need two names in it.
  private void checkTableNames(DomainSpec domain) {
    Map<String, TableId> seen = new HashMap<>();
    domain.entities().stream()
        .flatMap(
            entity ->
                Stream.concat(
                    Stream.of(entity.from().root()),
                    entity.from().children().stream().map(SourceSpec.Child::table)))
        .filter(Located::known)
        .forEach(
            at -> {
              TableId id = at.value();
              TableId earlier =
                  seen.putIfAbsent(
                      AvroNames.clean(id.schema()) + "." + AvroNames.clean(id.name()), id);
              if (earlier != null && !earlier.equals(id)) {
                at.error(
                    problems,
                    "the tables " + earlier.sql() + " and " + id.sql() + " have one name in Avro",
                    "put them into different domains, or rename one of the two");
              }
            });
  }

  private static List<Located<TableId>> written(EntitySpec entity) {
    return Stream.concat(
            Stream.of(entity.to().table()),
            entity.to().children().stream().map(child -> child.table()))
        .filter(Located::known)
        .toList();
  }

  /// A target table has one writer.
  private void checkWriters() {
    Map<TableId, Located<TableId>> writers = new HashMap<>();
    for (DomainSpec domain : spec.domains()) {
      for (EntitySpec entity : domain.entities()) {
        for (Located<TableId> table : written(entity)) {
          Located<TableId> earlier = writers.putIfAbsent(table.value(), table);
          if (earlier != null) {
            table.error(
                problems,
                "the target table " + table.value() + " is written by " + earlier.path() + " too",
                "give each entity and each of its lists a table of its own");
          }
        }
      }
    }
  }

  /// Rows of two domains are not written in one order, nor in one transaction, so that a deferrable
  /// constraint helps no more than another: a foreign key between them is refused. To wait for the
  /// other domain would be no answer: its initial load may take hours, and what stops a domain
  /// would stop those that refer to it.
  private void checkReferences(Catalog target) {
    Map<TableId, String> domains = new HashMap<>();
    spec.domains()
        .forEach(
            domain ->
                domain.entities().stream()
                    .flatMap(entity -> written(entity).stream())
                    .forEach(table -> domains.put(table.value(), domain.name().value())));
    for (DomainSpec domain : spec.domains()) {
      domain.entities().stream()
          .flatMap(entity -> written(entity).stream())
          .forEach(
              at ->
                  target
                      .table(at.value())
                      .ifPresent(table -> refuse(domain.name().value(), at, table, domains)));
    }
  }

  private void refuse(
      String domain, Located<TableId> at, Table table, Map<TableId, String> domains) {
    for (TableId referenced : TargetBinder.references(table)) {
      String other = domains.getOrDefault(referenced, domain);
      if (!other.equals(domain)) {
        at.error(
            problems,
            "a foreign key of "
                + table.id()
                + " refers to "
                + referenced
                + " of domain "
                + other
                + ", and domains are written neither in one order nor in one transaction, so that it would"
                + " refuse rows",
            "put both into one domain, or drop the constraint and add it again (NOT VALID, then"
                + " VALIDATE) when the migration is over");
      }
    }
  }
}
