package dev.tandem.run;

import dev.tandem.capture.Capture;
import dev.tandem.capture.CaptureSettings;
import dev.tandem.capture.JobDesk;
import dev.tandem.capture.KafkaSweepOrders;
import dev.tandem.capture.Side;
import dev.tandem.fatal.Fatal;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.jobs.StorePressure;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.reconcile.ReconcileApp;
import dev.tandem.reconcile.ReconcileConfig;
import dev.tandem.setup.DigestKey;
import dev.tandem.setup.Setup;
import dev.tandem.streams.DomainStreams;
import dev.tandem.streams.StreamsScale;
import dev.tandem.table.TableId;
import dev.tandem.translate.TranslateApp;
import dev.tandem.translate.TranslateConfig;
import dev.tandem.wire.CachedRegistry;
import dev.tandem.wire.Registry;
import dev.tandem.wire.Topics;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The roles of one migration in this process, one part each: the captures of both stores, and per
/// domain translation, and apply and reconciliation of each of its generations. A part that stops
/// leaves the others alone; a domain's failure ends at its domain, and so does a rebuild.
public final class MigrationRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);

  /// @param state directory of the streams' state
  /// @param scale of the streams
  /// @param health where the parts are announced
  public record Settings(
      Set<Role> roles,
      Path state,
      StreamsScale scale,
      Health health,
      PipelineMetrics metrics,
      LagRecorder lag) {
    public Settings {
      roles = Set.copyOf(roles);
      if (roles.isEmpty()) {
        throw new IllegalArgumentException("a run without roles");
      }
    }

    /// As the spec scales the streams.
    public Settings(
        Set<Role> roles, Path state, Health health, PipelineMetrics metrics, LagRecorder lag) {
      this(roles, state, StreamsScale.PLAIN, health, metrics, lag);
    }

    private Map<String, String> streams(Migration migration) {
      return scale.over(migration.kafka().clients());
    }
  }

  private final Migration migration;
  private final Settings settings;
  private volatile @Nullable CachedRegistry registry;
  private final LocalState local;
  private final Agreement agreement;
  private final List<Keeper<?>> keepers = new ArrayList<>();
  private final GenerationParts parts = new GenerationParts(new Beside());

  /// What the parts were given and do not close.
  private final List<AutoCloseable> resources = new ArrayList<>();

  private boolean closed;

  private MigrationRun(Migration migration, Settings settings) {
    this.migration = migration;
    this.settings = settings;
    this.local = new LocalState(settings.state);
    this.agreement = new Agreement(migration);
  }

  /// Starts what the roles ask for. What needs Kafka, the registry or a store that is away waits
  /// for it.
  public static MigrationRun start(Migration migration, Settings settings) {
    var run = new MigrationRun(migration, settings);
    run.keep(new Keeper<>("set-up", run::setUp, Beginning::condition));
    return run;
  }

  private synchronized void keep(Keeper<?> keeper) {
    if (closed) {
      return;
    }
    keepers.add(keeper);
    settings.health.add(keeper.name(), keeper::condition);
    keeper.start();
  }

  /// What must exist exists; then the roles begin.
  private Beginning setUp() throws Exception {
    new SetUpReport(migration.plan()).tell(Setup.ensureFirst(migration.site()));
    if (settings.roles.equals(Set.of(Role.SERVE))) {
      return new Beginning(null);
    }
    openRegistry(migration.kafka().topicsOf(migration.name()));
    return new Beginning(new GenerationWatch(migration::generations, parts).start());
  }

  /// What the registry answers is kept from one start to the next, for the topics that there are.
  private synchronized void openRegistry(String topics) {
    if (registry == null && !closed) {
      var opened = new CachedRegistry(migration.kafka().registryClient(), local.schemas(), topics);
      registry = opened;
      resources.add(RegistryCheck.start(opened, settings.health));
    }
  }

  private Registry registry() {
    return Objects.requireNonNull(registry, "set-up comes first");
  }

  /// What set-up leaves behind: who looks after the parts that follow.
  private record Beginning(@Nullable GenerationWatch watch) implements AutoCloseable {
    Health.Condition condition() {
      return watch == null || watch.isAlive()
          ? Health.Condition.DONE
          : Health.Condition.dead("the thread that follows generations has ended");
    }

    @Override
    public void close() throws InterruptedException {
      if (watch != null) {
        watch.close();
      }
    }
  }

  /// The parts that follow the generations.
  private final class Beside implements GenerationParts.Maker {
    @Override
    public Map<String, Keeper<?>> wanted(Generations generations) {
      var wanted = new LinkedHashMap<String, Keeper<?>>();
      capture(generations, wanted);
      for (DomainPlan domain : migration.plan().domains()) {
        if (generations.fedBy(domain).isEmpty()) {
          String name = "mapping of " + domain.name();
          wanted.put(name, foreign(name, domain, generations));
        }
        if (settings.roles.contains(Role.RECONCILE)) {
          generations.fedBy(domain).forEach(it -> reconcile(it.of(domain), wanted));
        }
        if (settings.roles.contains(Role.TRANSLATE)) {
          generations.translations(domain).forEach(it -> translate(it, wanted));
        }
        if (settings.roles.contains(Role.APPLY)) {
          generations.fedBy(domain).forEach(it -> apply(domain, it, wanted));
        }
      }
      return wanted;
    }

    private Keeper<AutoCloseable> foreign(String name, DomainPlan domain, Generations generations) {
      return new Keeper<>(
          name,
          () -> {
            throw Agreement.foreign(domain, generations);
          },
          _ -> Health.Condition.READY);
    }

    /// Of both stores, for every generation, whoever feeds it; unless the spec is one that no
    /// generation of some domain has the mapping of.
    private void capture(Generations generations, Map<String, Keeper<?>> wanted) {
      boolean known =
          migration.plan().domains().stream()
              .noneMatch(domain -> generations.fedBy(domain).isEmpty());
      if (!known) {
        return;
      }
      // What was refused is tried anew when it is refused no more, and the other way round.
      boolean agreed = generations.capturedOtherwise(migration.plan()).isEmpty();
      String refused = agreed ? "" : " refused";
      if (settings.roles.contains(Role.CAPTURE)) {
        MigrationPlan captured = generations.captured(migration.plan());
        Set<String> over = generations.outboxesOver(migration.plan());
        String outboxes =
            captured.domains().stream()
                .map(domain -> " " + domain.topics().outboxName() + "/" + domain.partitions())
                .collect(Collectors.joining());
        wanted.put(
            "capture" + outboxes + " not " + over + refused,
            new Keeper<>(
                "capture",
                () -> MigrationRun.this.capture(captured, over),
                capture -> Conditions.of(capture.status())));
      }
      if (settings.roles.contains(Role.RECONCILE)) {
        observe(generations, refused, wanted);
      }
    }

    private void observe(Generations generations, String refused, Map<String, Keeper<?>> wanted) {
      MigrationPlan observed = generations.observed(migration.plan());
      var placed = generations.placements(migration.plan());
      String places =
          observed.domains().stream()
              .map(domain -> domain.topics().name())
              .collect(Collectors.joining(" "));
      wanted.put(
          "observe " + places + new TreeMap<>(placed) + refused,
          new Keeper<>(
              "observe",
              () -> MigrationRun.this.observe(observed, placed),
              observe -> Conditions.of(observe.status())));
    }

    private void reconcile(DomainPlan plan, Map<String, Keeper<?>> wanted) {
      String name = "reconcile " + plan.topics().name();
      wanted.put(
          name + " of " + plan.generation() + " translated for " + plan.topics().translatedFor(),
          new Keeper<>(
              name, () -> MigrationRun.this.reconcile(plan), app -> Conditions.of(app.streams())));
    }

    private void translate(DomainPlan plan, Map<String, Keeper<?>> wanted) {
      String name = "translate " + translation(plan);
      wanted.put(name, new Keeper<>(name, () -> MigrationRun.this.translate(plan), Conditions::of));
    }

    private void apply(DomainPlan domain, Generation of, Map<String, Keeper<?>> wanted) {
      DomainPlan plan = of.applied(domain);
      String name = "apply " + label(plan);
      wanted.put(
          name,
          new Keeper<>(
              name,
              () -> MigrationRun.this.apply(plan, of.place().isOfSpec()),
              part -> Conditions.of(part.runner())));
    }

    @Override
    public void keep(Keeper<?> keeper) {
      MigrationRun.this.keep(keeper);
    }

    @Override
    public void give(Keeper<?> keeper, GenerationParts.Ending ending) {
      MigrationRun.this.give(keeper, ending);
    }

    @Override
    public void cleared(Generations generations) {
      for (DomainPlan domain : migration.plan().domains()) {
        if (generations.beside(domain.name()).isEmpty()) {
          local.forget(domain, generations);
        }
      }
    }
  }

  /// The first generation goes by its domain's name.
  private static String label(DomainPlan domain) {
    return domain.generation() == DomainPlan.FIRST_GENERATION
        ? domain.name()
        : domain.name() + "." + domain.generation();
  }

  /// The first translation goes by its domain's name.
  private static String translation(DomainPlan domain) {
    Topics topics = domain.topics();
    return topics.isFirstTranslation()
        ? domain.name()
        : domain.name() + "." + topics.translatedFor();
  }

  /// Stops a part that is wanted no more.
  private void give(Keeper<?> keeper, GenerationParts.Ending ending) {
    synchronized (this) {
      keepers.remove(keeper);
    }
    settings.health.remove(keeper.name());
    try {
      if (ending == GenerationParts.Ending.FOR_GOOD) {
        switch (keeper.part()) {
          case ReconcileApp reconcile -> reconcile.streams().leave();
          case DomainStreams streams -> streams.leave();
          case null, default -> {}
        }
      }
      keeper.close();
    } catch (Exception e) {
      Fatal.raise(e);
      LOG.warn("{} did not stop cleanly", keeper.name(), e);
    }
  }

  private ReconcileApp reconcile(DomainPlan domain) throws SQLException {
    agreement.requireSameMapping(domain);
    byte[] key;
    try (var target = migration.stores().target().connect()) {
      key = DigestKey.read(target, migration.name());
    }
    return ReconcileApp.start(
        domain,
        ReconcileConfig.of(settings.streams(migration), local.reconciler(domain), key),
        registry(),
        settings.metrics.reconcile(domain.topics().name()));
  }

  private Capture capture(MigrationPlan captured, Set<String> over) throws SQLException {
    agreement.requireSameCapture(migration.generations());
    return Capture.start(
        capture(Side.LEGACY, captured, migration.stores().legacy())
            .withOver(over)
            .withReplica(migration.stores().replica()));
  }

  private Capture observe(MigrationPlan observed, Map<TableId, Long> placed) throws SQLException {
    agreement.requireSameCapture(migration.generations());
    return Capture.start(
        capture(Side.TARGET, observed, migration.stores().target()).withPlaced(placed));
  }

  private CaptureSettings capture(Side side, MigrationPlan plan, PostgresAccess store) {
    return CaptureSettings.of(plan, store, migration.kafka().objects(), registry())
        .onSide(side)
        .withListener(settings.metrics.capture(side))
        .withJobs(
            new JobDesk(
                () -> new KafkaSweepOrders(migration.plan(), migration.kafka().objects(), side),
                () -> new StorePressure(migration, side)));
  }

  private DomainStreams translate(DomainPlan domain) throws SQLException {
    agreement.requireSameMapping(domain);
    return TranslateApp.start(
        domain,
        registry(),
        TranslateConfig.of(settings.streams(migration), local.translation(domain)),
        settings.metrics.translate(translation(domain)));
  }

  /// @param live whether its lag is the domain's
  private Applying apply(DomainPlan domain, boolean live) throws SQLException {
    agreement.requireSameMapping(domain); // before it takes partitions from those who may apply
    LagRecorder lag = live ? settings.lag : new LagRecorder();
    return Applying.start(
        migration, registry(), domain, settings.metrics.apply(label(domain), lag));
  }

  /// In the opposite order of the start: first who writes to the stores.
  @Override
  public void close() {
    var parts = new ArrayList<AutoCloseable>();
    synchronized (this) {
      closed = true;
      parts.addAll(keepers.reversed());
      parts.addAll(resources);
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part did not stop cleanly", e);
      }
    }
  }
}
