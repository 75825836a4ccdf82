package dev.tandem.capture;

import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.sweep.SweepSettings;
import dev.tandem.sweep.SweepStores;
import dev.tandem.table.TableId;
import dev.tandem.wire.Registry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the capture of one side needs to run.
///
/// @param store the database that is captured
/// @param kafka Kafka client properties as the user gave them
/// @param sweeps what sweeps may take
/// @param jobs what is swept besides the initial loads
/// @param replica a standby of the store that sweeps read instead of it
/// @param placed the transaction that put a table in its place, by table; see [Placements]
/// @param over outboxes that nothing is fed from any more; see [OutboxRule]
public record CaptureSettings(
    Side side,
    MigrationPlan plan,
    PostgresAccess store,
    Map<String, Object> kafka,
    Registry registry,
    SweepSettings sweeps,
    Pace pace,
    CaptureListener listener,
    Clock clock,
    JobDesk jobs,
    Map<TableId, Long> placed,
    Optional<PostgresAccess> replica,
    Set<String> over) {

  /// How often things are done.
  ///
  /// @param heartbeat an idle slot is moved on this often
  /// @param horizon how often downstream learns that memories of deletions may go
  /// @param retry the first pause after a failure; it doubles up to [#longestRetry]
  public record Pace(Duration heartbeat, Duration horizon, Duration retry, Duration longestRetry) {
    public static final Pace DEFAULT =
        new Pace(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30));
  }

  public CaptureSettings {
    kafka = Map.copyOf(kafka);
    placed = Map.copyOf(placed);
    over = Set.copyOf(over);
  }

  /// Without jobs, of tables that always stood in their place.
  public CaptureSettings(
      Side side,
      MigrationPlan plan,
      PostgresAccess store,
      Map<String, Object> kafka,
      Registry registry,
      SweepSettings sweeps,
      Pace pace,
      CaptureListener listener,
      Clock clock) {
    this(
        side,
        plan,
        store,
        kafka,
        registry,
        sweeps,
        pace,
        listener,
        clock,
        JobDesk.NONE,
        Map.of(),
        Optional.empty(),
        Set.of());
  }

  /// Of the legacy side, with defaults for all that has one.
  public static CaptureSettings of(
      MigrationPlan plan, PostgresAccess store, Map<String, Object> kafka, Registry registry) {
    return new CaptureSettings(
        Side.LEGACY,
        plan,
        store,
        kafka,
        registry,
        SweepSettings.DEFAULT,
        Pace.DEFAULT,
        CaptureListener.NONE,
        Clock.systemUTC());
  }

  /// The same of another side, whose store `store` then has to be.
  public CaptureSettings onSide(Side other) {
    return new CaptureSettings(
        other, plan, store, kafka, registry, sweeps, pace, listener, clock, jobs, placed, replica,
        over);
  }

  /// The same of the same database, reached in another way.
  CaptureSettings at(PostgresAccess there) {
    return new CaptureSettings(
        side, plan, there, kafka, registry, sweeps, pace, listener, clock, jobs, placed, replica,
        over);
  }

  public CaptureSettings withListener(CaptureListener told) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, pace, told, clock, jobs, placed, replica, over);
  }

  public CaptureSettings withPace(Pace wanted) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, wanted, listener, clock, jobs, placed, replica,
        over);
  }

  public CaptureSettings withSweeps(SweepSettings wanted) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, wanted, pace, listener, clock, jobs, placed, replica,
        over);
  }

  public CaptureSettings withJobs(JobDesk desk) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, pace, listener, clock, desk, placed, replica,
        over);
  }

  /// The same where tables were put in their place by these transactions.
  public CaptureSettings withPlaced(Map<TableId, Long> by) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, pace, listener, clock, jobs, by, replica, over);
  }

  /// The same with sweeps that read a standby, if there is one.
  public CaptureSettings withReplica(Optional<PostgresAccess> standby) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, pace, listener, clock, jobs, placed, standby,
        over);
  }

  /// The same where nothing is fed from some outboxes any more.
  public CaptureSettings withOver(Set<String> outboxes) {
    return new CaptureSettings(
        side, plan, store, kafka, registry, sweeps, pace, listener, clock, jobs, placed, replica,
        outboxes);
  }

  SweepStores sweepStores() {
    return new SweepStores(store, replica);
  }

  Placements placements() {
    return new Placements(placed);
  }

  Routing routing() {
    return new Routing(plan, side);
  }

  /// Every topic that captured rows are written to.
  Set<String> topics() {
    return plan.domains().stream()
        .map(domain -> side.topic(domain.topics()))
        .collect(Collectors.toUnmodifiableSet());
  }

  CaptureNames names() {
    return new CaptureNames(plan.migration(), side);
  }
}
