package dev.tandem.run;

import dev.tandem.contracts.ContractCatalog;
import dev.tandem.invariant.Invariant;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.setup.Finding;
import dev.tandem.setup.Finding.Area;
import dev.tandem.setup.Finding.Level;
import dev.tandem.setup.ReplicaExamination;
import dev.tandem.setup.RetainedLogs;
import dev.tandem.setup.Site;
import dev.tandem.spec.DomainSpec;
import dev.tandem.spec.HttpFile;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.InvariantSpec;
import dev.tandem.spec.Objectives;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import dev.tandem.spec.Spec;
import dev.tandem.spec.SpecReader;
import dev.tandem.spec.StoreSpec;
import dev.tandem.table.Catalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A spec whose files are right. Whether it fits its stores is known once both have been asked.
public final class SpecDraft {
  private final Spec spec;

  /// What was found in the files alone: warnings.
  private final List<Problem> offline;

  private SpecDraft(Spec spec, List<Problem> offline) {
    this.spec = spec;
    this.offline = offline;
  }

  /// @param environment what `${NAME}` in the spec is looked up in
  /// @throws SpecException with every problem, those with the stores included as far as they can be
  ///     reached, if there is an error in the files
  public static SpecDraft read(Path file, Map<String, String> environment) {
    var result = SpecReader.read(file, environment);
    Problems problems = result.problems();
    if (result.draft().isEmpty()) {
      throw new SpecException(problems.all());
    }
    Spec spec = result.draft().get();
    List<Problem> read = problems.all();
    PlanCompiler.check(spec, PlanCompiler.Stores.UNREACHABLE, problems);
    if (problems.hasErrors()) {
      Problems all = copy(read);
      Catalogs catalogs = Catalogs.read(spec);
      catalogs.problems().forEach(all::add);
      PlanCompiler.check(spec, catalogs.stores(), all);
      throw new SpecException(all.all());
    }
    return new SpecDraft(spec, read);
  }

  /// The same with those who may call it in a file of their own; the spec then names nobody.
  ///
  /// @param environment what `${NAME}` in the file is looked up in
  /// @throws SpecException with every problem of the file
  /// @throws IllegalArgumentException if the spec names callers too
  public SpecDraft withCallers(Path file, Map<String, String> environment) {
    if (!spec.http().equals(HttpSpec.NONE)) {
      throw new IllegalArgumentException(
          "expected callers of the operator's API in one place, found http in the spec and "
              + file
              + "; fix: move the spec's into the file, or leave the file out");
    }
    var read = HttpFile.read(file, environment);
    HttpSpec callers = read.http().orElseThrow(() -> new SpecException(read.problems().all()));
    return new SpecDraft(spec.with(callers), offline);
  }

  public String name() {
    return spec.migration().value();
  }

  /// What each domain promises, by its name.
  public Map<String, Objectives> objectives() {
    return spec.domains().stream()
        .collect(Collectors.toMap(it -> it.name().value(), DomainSpec::objectives));
  }

  private Map<String, List<Invariant>> invariants() {
    return spec.domains().stream()
        .collect(
            Collectors.toMap(
                it -> it.name().value(),
                it -> it.invariants().stream().map(InvariantSpec::invariant).toList()));
  }

  /// The migration, ready to run.
  ///
  /// @throws StoresAwayException if a store cannot be reached now, and nothing else is wrong
  /// @throws SpecException with every problem, if there is an error among them
  public Migration migration() {
    Catalogs catalogs = Catalogs.read(spec);
    Problems problems = copy(offline);
    Optional<MigrationPlan> plan = compiled(catalogs, problems);
    boolean fits = !problems.hasErrors();
    catalogs.problems().forEach(problems::add);
    if (fits && catalogs.areAway()) {
      throw new StoresAwayException(catalogs.reason(), problems.all());
    }
    return migration(
        plan.filter(_ -> !problems.hasErrors())
            .orElseThrow(() -> new SpecException(problems.all())));
  }

  /// The migration as far as the spec alone says it, domains and topics and nothing of tables: for
  /// what has to be told of it while a store is away or does not fit.
  public Migration outline() {
    return migration(PlanCompiler.sketch(spec));
  }

  private Migration migration(MigrationPlan plan) {
    return new Migration(
        plan,
        new Migration.Stores(
            access(spec.legacy()),
            access(spec.target()),
            spec.legacy().replica().map(SpecDraft::access),
            retained()),
        KafkaAccess.of(spec),
        objectives(),
        invariants(),
        spec.http(),
        ContractCatalog.read(spec, new Problems()));
  }

  private RetainedLogs retained() {
    return new RetainedLogs(spec.legacy().retained(), spec.target().retained());
  }

  private Optional<MigrationPlan> compiled(Catalogs catalogs, Problems problems) {
    if (catalogs.legacy().isPresent() && catalogs.target().isPresent()) {
      return PlanCompiler.compile(spec, catalogs.legacy().get(), catalogs.target().get(), problems);
    }
    PlanCompiler.check(spec, catalogs.stores(), problems);
    return Optional.empty();
  }

  /// What there is to look at, and what does not fit the stores.
  ///
  /// @param site as it is planned; as far as the spec says it where there is no plan, with those of
  ///     its tables that are there
  /// @param replica what was found of the legacy store's standby, if the spec names one
  public record Examination(Site site, List<Finding> unfit, List<Finding> replica) {
    public Examination {
      unfit = List.copyOf(unfit);
      replica = List.copyOf(replica);
    }
  }

  /// What of the migration can be looked at now. A store that cannot be reached is part of it.
  ///
  public Examination examination() {
    Catalogs catalogs = Catalogs.read(spec);
    List<Finding> unfit = unfit(catalogs);
    Optional<MigrationPlan> plan =
        unfit.isEmpty() ? compiled(catalogs, copy(offline)) : Optional.empty();
    InvariantCheck.check(spec).forEach(problem -> unfit.add(finding(area(problem), problem)));
    var legacy = access(spec.legacy());
    var target = access(spec.target());
    KafkaAccess kafka = KafkaAccess.of(spec);
    var site =
        new Site(
                plan.orElseGet(() -> PlanCompiler.sketch(spec)),
                legacy::connectForLong,
                target::connectForLong,
                kafka.clients(),
                kafka.registryClient())
            .retaining(retained());
    List<Finding> replica =
        spec.legacy()
            .replica()
            .map(standby -> ReplicaExamination.examine(legacy, access(standby)))
            .orElse(List.of());
    return new Examination(
        plan.isPresent() ? site : site.sketched(catalogs.tablesOf(spec)), unfit, replica);
  }

  /// A problem is one of the store that it is found with alone; what only both show together is one
  /// of the target, which is what can be changed.
  private List<Finding> unfit(Catalogs catalogs) {
    Set<Problem> known = new HashSet<>(check(PlanCompiler.Stores.UNREACHABLE));
    var findings = new ArrayList<Finding>();
    Optional<Catalog> legacy = catalogs.stores().legacy();
    Optional<Catalog> target = catalogs.stores().target();
    for (Problem problem : check(new PlanCompiler.Stores(legacy, Optional.empty()))) {
      if (known.add(problem)) {
        findings.add(finding(Area.LEGACY, problem));
      }
    }
    for (Problem problem : check(catalogs.stores())) {
      if (known.add(problem)) {
        findings.add(finding(Area.TARGET, problem));
      }
    }
    for (Problem problem : check(new PlanCompiler.Stores(Optional.empty(), target))) {
      if (known.add(problem)) {
        findings.add(finding(Area.TARGET, problem));
      }
    }
    return findings;
  }

  private List<Problem> check(PlanCompiler.Stores stores) {
    Problems problems = copy(offline);
    PlanCompiler.check(spec, stores, problems);
    return problems.all().stream()
        .filter(problem -> problem.severity() == Problem.Severity.ERROR)
        .toList();
  }

  private static Area area(Problem problem) {
    return problem.path().endsWith(".legacy") ? Area.LEGACY : Area.TARGET;
  }

  private static Finding finding(Area area, Problem problem) {
    return new Finding(
        area,
        Level.FAILURE,
        problem.path(),
        problem.cause() + " (" + problem.place() + ")",
        problem.fix());
  }

  private static Problems copy(List<Problem> of) {
    var problems = new Problems();
    of.forEach(problems::add);
    return problems;
  }

  static PostgresAccess access(StoreSpec store) {
    return new PostgresAccess(store.url().value(), store.user(), store.password().reveal());
  }
}
