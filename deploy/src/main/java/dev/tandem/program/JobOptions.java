package dev.tandem.program;

import dev.tandem.job.JobLimits;
import dev.tandem.job.JobScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is to be done with which job; the same for backfills and verifications.
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class JobOptions {
  /// What an operator can do.
  enum Action {
    START,
    PAUSE,
    RESUME,
    CANCEL,
    STATUS,
    LIST
  }

  /// Whether a job is ordered, or only what it would cost is said.
  enum Intent {
    ORDER,
    PLAN
  }

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "The domain.")
  private @Nullable String domain;

  @Option(
      names = "--entity",
      paramLabel = "ENTITY",
      description = "Only the tables of this entity.")
  private String entity = "";

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only where this holds of the entity's legacy root table.")
  private String where = "";

  @Option(
      names = "--keys",
      split = ",",
      paramLabel = "KEY",
      description =
          "Only these keys of the legacy root table; the values of a key of several columns joined"
              + " by '/'.")
  private List<String> keys = List.of();

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Only of this tenant.")
  private String tenant = "";

  @Option(
      names = "--job",
      paramLabel = "ID",
      description = "Which job; needed where several are under way. With START its name.")
  private @Nullable String job;

  @Option(names = "--why", paramLabel = "TEXT", description = "The reason; kept with the order.")
  private String why = "";

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Most rows a second (default: no limit); 0 for no limit.")
  private @Nullable Long rate;

  @Option(
      names = "--lanes",
      paramLabel = "N",
      description = "How many ranges are read at a time, at most 16 (default: the capture's).")
  private @Nullable Integer lanes;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = DemoCommand.TimeText.class,
      description =
          "It has failed if it has not ended that long after this order: 30s, 10m; 0s for no"
              + " limit.")
  private @Nullable Duration within;

  @Option(names = "--plan", description = "With START: order nothing, say what it would cost.")
  private boolean plan;

  @Option(names = "--wait", description = "Follow it to its end and report.")
  private boolean wait;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  Optional<String> domain() {
    return Optional.ofNullable(domain);
  }

  String entity() {
    return entity;
  }

  Optional<String> job() {
    return Optional.ofNullable(job);
  }

  String why() {
    return why;
  }

  Intent intent() {
    return plan ? Intent.PLAN : Intent.ORDER;
  }

  boolean isFollowed() {
    return wait;
  }

  boolean isJson() {
    return json;
  }

  /// @throws IllegalArgumentException if it makes no sense
  JobScope scope(double share) {
    return new JobScope(entity, where, keys.stream().map(String::strip).toList(), share, tenant);
  }

  JobLimits.Change limits() {
    return new JobLimits.Change(rate, lanes, within);
  }
}
