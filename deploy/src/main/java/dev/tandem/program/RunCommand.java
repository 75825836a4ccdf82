package dev.tandem.program;

import dev.tandem.api.ApiServer;
import dev.tandem.api.ServerLimits;
import dev.tandem.jobs.JobResultGauges;
import dev.tandem.metrics.Health;
import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.MetricsServer;
import dev.tandem.metrics.PipelineMetrics;
import dev.tandem.metrics.ProgramMetrics;
import dev.tandem.operate.FindingsWatch;
import dev.tandem.run.ContractWatch;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationRun;
import dev.tandem.run.Role;
import dev.tandem.run.SlotWatch;
import dev.tandem.run.SpecDraft;
import dev.tandem.run.StateLock;
import dev.tandem.run.StoreWait;
import dev.tandem.streams.StreamsScale;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem run`: does a migration's work until it is stopped.
@Command(
    name = "run",
    description =
        "Captures, translates, applies and observes the target until it is stopped. The very first"
            + " time it also sets the migration up, and says so.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class RunCommand implements Callable<Integer> {
  private static final String API = "127.0.0.1:9465";

  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(
      names = "--roles",
      split = ",",
      paramLabel = "ROLE",
      description = "Which of ${COMPLETION-CANDIDATES} (default: all).")
  private Set<Role> roles = EnumSet.allOf(Role.class);

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where streams keep their state; put it on a volume (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of(".tandem", "state");

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads of the translation of each domain, and as many of its reconciliation; of use up"
              + " to the domain's partitions (default: 1, or num.stream.threads of the spec's"
              + " kafka).")
  private @Nullable Integer threads;

  @Option(
      names = "--standbys",
      paramLabel = "N",
      description =
          "In how many other processes a copy of the state of each partition is kept at hand; the"
              + " same for all of them (default: 0, or num.standby.replicas of the spec's kafka).")
  private @Nullable Integer standbys;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where /metrics and /health are served (default: ${DEFAULT-VALUE}).")
  private String listen = "127.0.0.1:9464";

  @Option(
      names = "--api",
      paramLabel = "HOST:PORT",
      description =
          "Where the role serve answers operators (/v1); the spec's http says who may call"
              + " (default: 127.0.0.1:9465, if it names anybody).")
  private @Nullable String api;

  @Option(
      names = "--http",
      paramLabel = "FILE",
      description =
          "Who may call, as below the spec's http, in a file of its own; the spec then has no"
              + " http.")
  private @Nullable Path http;

  @Override
  public Integer call() throws Exception {
    LastWords.install(command.commandLine().getErr());
    StreamsScale scale = scale();
    var draft = draft();
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    var health = new Health();
    ProgramMetrics.bind(meters, draft.name(), draft.objectives());
    health.measure(meters, draft.name());
    var stopped = new CountDownLatch(1);
    var done = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stopped, done), "stop"));
    ServerLimits.apply();
    try (var _ = locked(state.resolve(draft.name()));
        var server = new MetricsServer(address("--listen", listen), meters, health)) {
      var wait = new StoreWait(health, stopped, reason -> say(draft.name() + " waits: " + reason));
      var migration = wait.of(draft);
      if (migration.isPresent()) {
        run(migration.get(), new Ground(meters, health, server.port(), scale, stopped));
      }
    } finally {
      done.countDown();
    }
    return ExitCode.OK;
  }

  private SpecDraft draft() {
    SpecDraft draft = spec.draft();
    try {
      return http == null ? draft : draft.withCallers(http, System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--http: " + e.getMessage(), e);
    }
  }

  private StreamsScale scale() {
    try {
      return new StreamsScale(optional(threads), optional(standbys));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), "--threads, --standbys: " + e.getMessage(), e);
    }
  }

  private static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private StateLock locked(Path directory) throws IOException {
    try {
      return StateLock.of(directory, roles);
    } catch (StateLock.HeldException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /// What the process stands on before its migration runs.
  private record Ground(
      PrometheusMeterRegistry meters,
      Health health,
      int port,
      StreamsScale scale,
      CountDownLatch stopped) {}

  private void run(Migration migration, Ground ground) throws Exception {
    var meters = ground.meters;
    var settings =
        new MigrationRun.Settings(
            roles,
            state.resolve(migration.name()),
            ground.scale,
            ground.health,
            new PipelineMetrics(meters, migration.name()),
            new LagRecorder());
    try (var operators = operators(migration, meters);
        var _ = SlotWatch.start(migration, meters);
        var _ = roles.contains(Role.RECONCILE) ? findings(migration, meters) : null;
        var _ = ContractWatch.start(migration, roles, meters);
        var _ = MigrationRun.start(migration, settings)) {
      if (operators != null) {
        ground.health.add("serve", () -> Health.Condition.READY);
      }
      say(
          migration.name()
              + " runs; metrics on port "
              + ground.port
              + (operators == null ? "" : ", operators on port " + operators.port()));
      ground.stopped.await();
    }
  }

  private static FindingsWatch findings(Migration migration, MeterRegistry meters) {
    var gauges = new JobResultGauges(meters, Tags.of("migration", migration.name()));
    return FindingsWatch.start(migration, gauges::set);
  }

  private void say(String line) {
    command.commandLine().getErr().println("tandem: migration " + line);
  }

  /// The program ends only when everything is closed.
  private static void stop(CountDownLatch stopped, CountDownLatch done) {
    stopped.countDown();
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Nothing where nobody may call and nobody asked for it by name.
  private @Nullable ApiServer operators(Migration migration, MeterRegistry meters)
      throws IOException {
    boolean isAsked = api != null || roles.equals(Set.of(Role.SERVE));
    if (!roles.contains(Role.SERVE) || !(isAsked || migration.http().knowsCallers())) {
      return null;
    }
    return ApiServer.start(
        address("--api", Objects.requireNonNullElse(api, API)), migration, meters);
  }

  private InetSocketAddress address(String option, String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new InetSocketAddress(
          text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), option + ": expected HOST:PORT, found '" + text + "'");
    }
  }
}
