package dev.tandem.setup;

import dev.tandem.setup.LegacySetup.History;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sets a migration up: topics, then the target's schema, then publication and slot, so that no
/// slot holds the log back for something that failed. Every part can be done again: what is there
/// and as it should be is left alone.
public final class Setup {
  /// Key of the session lock that lets one set-up at a time look and act: "tndset" in ASCII.
  private static final long LOCK = 0x746e64736574L;

  private Setup() {}

  /// What a start finds.
  public sealed interface FirstStart {
    /// Nothing of the migration existed: it has been set up.
    record Done(SetupResult result) implements FirstStart {}

    /// It was set up before; nothing was changed.
    ///
    /// @param trace what shows it
    /// @param amiss what is not as it should be now; empty where all is
    record SetUpBefore(String trace, List<Step> amiss) implements FirstStart {
      public SetUpBefore {
        amiss = List.copyOf(amiss);
      }
    }
  }

  /// What set-up would do; changes nothing.
  ///
  /// @throws SetupException if a store or Kafka cannot be asked
  public static SetupPlan plan(Site site) {
    return with(site, Work::plan);
  }

  /// Does what is to do.
  ///
  /// @throws SetupException where a step is refused, before anything was changed; or where one
  ///     failed, naming it
  public static SetupResult run(Site site) {
    return with(site, Work::run);
  }

  /// Does everything if nothing was ever done: no slot, no record in the offsets topic, no
  /// checkpoint. Otherwise changes nothing, so that a slot that was lost is never made again in
  /// silence. Of several processes that start at once one does it.
  ///
  /// @throws SetupException as [#run(Site)]
  public static FirstStart ensureFirst(Site site) {
    return with(
        site,
        work -> {
          Optional<String> trace = work.trace();
          if (trace.isEmpty()) {
            return new FirstStart.Done(work.run());
          }
          var amiss =
              work.plan().steps().stream().filter(step -> !step.is(Step.State.EXISTS)).toList();
          return new FirstStart.SetUpBefore(trace.get(), amiss);
        });
  }

  /// What a new epoch would do; changes nothing.
  ///
  /// @throws SetupException as [#plan(Site)]
  public static SetupPlan planNewEpoch(Site site) {
    return with(site, work -> work.plan(History.NEW_EPOCH));
  }

  /// Gives up reading the legacy store's log where it was, and begins again: the slot is made anew
  /// and every table swept again. This heals a slot that was dropped, given up by the server or
  /// moved, and a store that was restored or replaced.
  ///
  /// @param epochs declares the epoch, before the new slot exists
  /// @throws SetupException as [#run(Site)]; also while a session reads the slot
  public static SetupResult newEpoch(Site site, Epochs epochs) {
    return with(
        site,
        work -> work.run(work.plan(History.NEW_EPOCH), () -> epochs.declareNext(work.legacy)));
  }

  /// The record of source epochs.
  public interface Epochs {
    void declareNext(Connection legacy) throws SQLException;
  }

  private interface Action {
    void run() throws SQLException;
  }

  private interface Task<T> {
    T of(Work work) throws SQLException;
  }

  private static <T> T with(Site site, Task<T> task) {
    try (Connection legacy = site.legacy().connect();
        Connection target = site.target().connect();
        var kafka = KafkaAdmin.open(site);
        var lock = target.createStatement()) {
      lock.execute("SELECT pg_advisory_lock(" + LOCK + ")");
      return task.of(new Work(site, legacy, target, kafka));
    } catch (SQLException e) {
      throw new SetupException("set-up of " + site.migration() + ": " + e.getMessage(), e);
    }
  }

  /// Set-up with everything open.
  private static final class Work {
    private final Site site;
    private final Connection target;
    private final Connection legacy;
    private final LegacySetup capture;
    private final TopicSetup topics;

    Work(Site site, Connection legacy, Connection target, KafkaAdmin kafka) {
      this.site = site;
      this.legacy = legacy;
      this.target = target;
      this.capture = new LegacySetup(legacy, site.legacyTables(), site.slot());
      this.topics = new TopicSetup(kafka, TopicSetting.of(site.plan()));
    }

    SetupPlan plan() throws SQLException {
      boolean ran = offsets() > 0 || TargetSchema.hasCheckpoints(target, site.migration());
      return plan(ran ? History.RAN_BEFORE : History.NEW);
    }

    SetupPlan plan(History history) throws SQLException {
      var steps = new ArrayList<Step>();
      swapped().ifPresent(steps::add);
      steps.addAll(topics.steps());
      steps.add(TargetSchema.step(target));
      steps.add(DigestKey.step(target, site.migration()));
      steps.addAll(capture.steps(history));
      return new SetupPlan(steps);
    }

    SetupResult run() throws SQLException {
      return run(plan(), () -> {});
    }

    SetupResult run(SetupPlan plan, Action before) throws SQLException {
      if (!plan.refused().isEmpty()) {
        throw SetupException.refused(plan.refused());
      }
      topics.create(at(plan, Step.Place.KAFKA));
      target(TargetSchema.step(target), () -> TargetSchema.install(target));
      target(
          DigestKey.step(target, site.migration()), () -> DigestKey.make(target, site.migration()));
      before.run();
      capture.run(at(plan, Step.Place.LEGACY));
      return new SetupResult(
          plan.steps().stream().map(Step::done).toList(), capture.nextTransaction());
    }

    private void target(Step step, Action work) {
      try {
        work.run();
      } catch (SQLException e) {
        throw SqlFailure.of(step, e, () -> Blockers.read(target));
      }
    }

    private static List<Step> at(SetupPlan plan, Step.Place place) {
      return plan.toDo().stream().filter(step -> step.place() == place).toList();
    }

    /// What shows that the migration was set up before.
    Optional<String> trace() throws SQLException {
      if (Slot.read(legacy, site.slot()).isPresent()) {
        return Optional.of("replication slot " + site.slot() + " exists");
      }
      long offsets = offsets();
      if (offsets > 0) {
        return Optional.of("topic " + Topics.offsets(site.migration()) + " has records");
      }
      return TargetSchema.hasCheckpoints(target, site.migration())
          ? Optional.of("tandem.checkpoint has rows of " + site.migration())
          : Optional.empty();
    }

    private long offsets() {
      return topics.records(Topics.offsets(site.migration()));
    }

    /// A legacy store that holds the checkpoints of this migration is its target.
    private Optional<Step> swapped() throws SQLException {
      boolean swapped =
          TargetSchema.hasCheckpoints(legacy, site.migration())
              && !TargetSchema.hasCheckpoints(target, site.migration());
      return swapped
          ? Optional.of(
              Step.refused(
                  Step.Place.LEGACY,
                  "store legacy",
                  "it holds checkpoints of migration "
                      + site.migration()
                      + ", which belong in the target",
                  "swap the urls of legacy and target in the spec"))
          : Optional.empty();
    }
  }
}
