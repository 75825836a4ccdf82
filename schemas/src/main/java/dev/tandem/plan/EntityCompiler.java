package dev.tandem.plan;

import dev.tandem.contract.OptionalSchema;
import dev.tandem.event.EventMapping;
import dev.tandem.event.EventRows;
import dev.tandem.event.PayloadSchemas;
import dev.tandem.lens.EntityTables;
import dev.tandem.lens.LensNames;
import dev.tandem.lens.MappingCompiler;
import dev.tandem.lens.MappingSource;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.EntitySpec;
import dev.tandem.spec.Located;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.version.VersionedContract;
import java.nio.file.InvalidPathException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;

/// Compiles the entities of one domain, and remembers in what they have to agree.
final class EntityCompiler {
  private final Within within;
  private final DomainSpec domain;
  private final Problems problems;

  /// By full name of the contract's record.
  private final Map<String, EntitySpec> contracts = new HashMap<>();

  private final PublishBinder publishing;

  /// How the `partition-by` field is typed, with an entity that types it so.
  private final Map<String, EntitySpec> partitionTypes = new HashMap<>();

  /// Entities whose contract has no `partition-by` field.
  private int unpartitioned;

  /// What all domains are compiled with.
  ///
  /// @param payloads schemas of payloads in Avro
  record Within(Spec spec, PlanCompiler.Stores stores, PayloadSchemas payloads) {}

  EntityCompiler(Within within, DomainSpec domain, Problems problems) {
    this.within = within;
    this.domain = domain;
    this.problems = problems;
    this.publishing = new PublishBinder(problems);
  }

  Optional<EntityPlan> compile(EntitySpec entity, int ordinal) {
    Optional<Contract> version = contract(entity);
    Optional<Schema> contract = version.map(Contract::schema);
    boolean fields = contract.isPresent() && checkFields(entity, contract.get());
    Optional<SourceBinder.Bound> bound =
        within
            .stores
            .legacy()
            .flatMap(legacy -> new SourceBinder(legacy, within.payloads, problems).bind(entity));
    Optional<MappingSource> source =
        contract.isPresent() && domain.partitionBy().known() && !entity.map().entries().isEmpty()
            ? bound.map(it -> source(entity, contract.get(), it.tables()))
            : Optional.empty();
    Optional<EntityMapping> mapping =
        source.flatMap(it -> mapping(entity, it, fields, bound.orElseThrow()));
    if (source.isEmpty()) {
      LensNames.check(entity.map(), entity.name().path() + ".map", problems);
    }
    Optional<TargetPlan> target = contract.flatMap(it -> target(entity, it));
    Optional<Reconciliation> reconciliation =
        contract.map(it -> new ReconciliationBinder(domain, problems).bind(entity, it));
    if (mapping.isEmpty() || target.isEmpty()) {
      return Optional.empty();
    }
    new RewriteRule(entity, source.orElseThrow().tables().rootTable(), problems)
        .check(mapping.get(), target.get(), reconciliation.orElseThrow());
    return Optional.of(
        new EntityPlan(
            entity.name().value(),
            ordinal,
            bound.orElseThrow().root(),
            bound.orElseThrow().children(),
            mapping.get(),
            target.get(),
            Fingerprint.of(source.orElseThrow(), bound.orElseThrow().root()),
            version.orElseThrow().number(),
            reconciliation.orElseThrow(),
            version.orElseThrow().published()));
  }

  private record Contract(Schema schema, int number, List<PublishedVersion> published) {}

  private Optional<TargetPlan> target(EntitySpec entity, Schema contract) {
    var wanted =
        new TargetBinder.Contract(contract, keyFields(entity), domain.partitionBy().value());
    return within
        .stores
        .target()
        .flatMap(target -> new TargetBinder(target, problems).bind(entity.to(), wanted));
  }

  /// Compiles the mapping, and leaves out what has been said already in other words: of fields and
  /// tables that are wrong by themselves.
  private Optional<EntityMapping> mapping(
      EntitySpec entity, MappingSource source, boolean fields, SourceBinder.Bound bound) {
    var found = new Problems();
    Optional<EntityMapping> mapping =
        MappingCompiler.compile(source, found).map(rows -> ofEvents(rows, bound));
    String path = entity.name().path();
    var said = new HashSet<String>();
    if (!bound.isSound()) {
      said.add(path + ".from");
    }
    if (!bound.held() || !fields) {
      said.add(path + ".key");
    }
    if (!bound.joined() || !fields) {
      said.add(path + ".map." + source.partitionBy());
    }
    if (!fields) {
      source.tenant().ifPresent(tenant -> said.add(path + ".map." + tenant));
    }
    boolean events = bound.root().events().isPresent();
    found.all().stream()
        .filter(problem -> !said.contains(problem.path()))
        .map(
            problem ->
                events && problem.path().equals(path + ".from") ? named(problem, bound) : problem)
        .distinct()
        .forEach(problems::add);
    return mapping.filter(it -> fields && bound.isSound());
  }

  /// Of an outbox table the compiler's words about replica identities mean its events.
  private static Problem named(Problem problem, SourceBinder.Bound bound) {
    return new Problem(
        problem.place(),
        problem.path(),
        "expected key and partition-by to be computed from what names an aggregate ("
            + String.join(", ", bound.root().join())
            + ") and from nothing else, so that all its events meet in one partition",
        "compute both from these, or name the fields that they are computed from in 'identity'",
        problem.severity());
  }

  private static EntityMapping ofEvents(EntityMapping rows, SourceBinder.Bound bound) {
    return bound
        .root()
        .events()
        .<EntityMapping>map(events -> new EventMapping(rows, new EventRows(events), bound.uses()))
        .orElse(rows);
  }

  private MappingSource source(EntitySpec entity, Schema contract, EntityTables tables) {
    return new MappingSource(
        entity.name().value(),
        entity.name().path(),
        entity.map(),
        contract,
        keyFields(entity),
        domain.partitionBy().value(),
        domain.tenant().map(Located::value),
        tables);
  }

  private static List<String> keyFields(EntitySpec entity) {
    return entity.key().stream().map(Located::value).toList();
  }

  private Optional<Contract> contract(EntitySpec entity) {
    Located<String> at = entity.contract();
    if (!at.known()) {
      return Optional.empty();
    }
    Optional<VersionedContract> contract;
    try {
      contract =
          VersionedContract.load(
              within.spec.folder().resolve(at.value()), at.place(), at.path(), problems);
    } catch (InvalidPathException e) {
      at.error(problems, "not a path", "name the folder that holds v1.avsc");
      return Optional.empty();
    }
    if (contract.isEmpty()) {
      return Optional.empty();
    }
    var folder = contract.get().folder();
    var versions = folder.versions();
    int version = entity.version().map(Located::value).orElse(versions.lastKey());
    if (!versions.containsKey(version)) {
      entity
          .version()
          .ifPresent(
              it ->
                  it.error(
                      problems,
                      "the contract has no version " + version + ", only " + versions.keySet(),
                      "write a version that exists, or add v" + version + ".avsc"));
      return Optional.empty();
    }
    Schema schema = folder.version(version);
    EntitySpec earlier = contracts.putIfAbsent(schema.getFullName(), entity);
    if (earlier != null) {
      at.error(
          problems,
          "its record "
              + schema.getFullName()
              + " is the contract of "
              + earlier.name().value()
              + " too, and both share a topic",
          "give each contract of a domain a record name of its own");
    }
    return Optional.of(
        new Contract(schema, version, publishing.bind(entity, contract.get(), version)));
  }

  /// The fields that the spec names are there and of use.
  private boolean checkFields(EntitySpec entity, Schema contract) {
    boolean sound = !entity.key().isEmpty() && !entity.map().entries().isEmpty();
    var seen = new HashSet<String>();
    for (Located<String> field : entity.key()) {
      if (!seen.add(field.value())) {
        field.error(problems, "'" + field.value() + "' is named twice", "name it once");
        sound = false;
      } else {
        sound &= check(field, contract, "name an instance");
      }
    }
    if (domain.partitionBy().known()) {
      sound &= checkPartitionBy(entity, contract);
    }
    boolean tenant = checkTenant(entity, contract);
    return sound && tenant && domain.partitionBy().known();
  }

  private boolean check(Located<String> field, Schema contract, String use) {
    Schema.Field found = contract.getField(field.value());
    if (found == null) {
      field.error(
          problems,
          "the contract " + contract.getName() + " has no field '" + field.value() + "'",
          NearMatch.suggestion(field.value(), ContractTypes.names(contract)));
      return false;
    }
    if (!ContractTypes.canBeKey(found.schema())) {
      field.error(
          problems,
          "a field of type " + OptionalSchema.describe(found.schema()) + " cannot " + use,
          "use a field that is never absent: a string, a whole number, a decimal, an enum or a date");
      return false;
    }
    return true;
  }

  private boolean checkPartitionBy(EntitySpec entity, Schema contract) {
    Schema.Field field = contract.getField(domain.partitionBy().value());
    if (field != null) {
      partitionTypes.putIfAbsent(OptionalSchema.describe(field.schema()), entity);
      return !ContractTypes.canBeKey(field.schema())
          ? check(domain.partitionBy(), contract, "decide a partition")
          : true;
    }
    if (unpartitioned++ == 0) {
      check(domain.partitionBy(), contract, "decide a partition");
    }
    return false;
  }

  private boolean checkTenant(EntitySpec entity, Schema contract) {
    Optional<Located<String>> tenant = domain.tenant();
    if (tenant.isEmpty() || contract.getField(tenant.get().value()) != null) {
      return true;
    }
    tenant
        .get()
        .error(
            problems,
            "the contract "
                + contract.getName()
                + " of "
                + entity.name().value()
                + " has no field '"
                + tenant.get().value()
                + "'",
            NearMatch.suggestion(tenant.get().value(), ContractTypes.names(contract)));
    return false;
  }

  /// Rows of different entities meet in a partition only if the field is of one type.
  void checkAgreement() {
    if (partitionTypes.size() > 1) {
      domain
          .partitionBy()
          .error(
              problems,
              "'"
                  + domain.partitionBy().value()
                  + "' has different types in the contracts of "
                  + String.join(
                      ", ",
                      Set.copyOf(partitionTypes.values()).stream()
                          .map(entity -> entity.name().value())
                          .sorted()
                          .toList()),
              "give it one type in all contracts of the domain");
    }
  }
}
