package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.setup.StoreSetup.History;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sets a migration up: topics, then the target's schema, then the publications of both stores,
/// then their slots, so that no slot holds a log back for something that failed, and all of it
/// before anything is written to the target. Every part can be done again: what is there and as it
/// should be is left alone.
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

  /// What a new epoch of one store would do; changes nothing.
  ///
  /// @throws SetupException as [#plan(Site)]
  public static SetupPlan planNewEpoch(Site site, Side side) {
    return with(site, work -> work.planNewEpoch(side));
  }

  /// Gives up reading a store's log where it was, and begins again: the slot is made anew and every
  /// table swept again. This heals a slot that was dropped, given up by the server or moved, and a
  /// store that was restored or replaced. The other store is left alone, whatever is wrong with it.
  ///
  /// @param epochs declares the epoch, before the new slot exists
  /// @throws SetupException as [#run(Site)]; also while a session reads the slot
  public static SetupResult newEpoch(Site site, Side side, Epochs epochs) {
    return with(
        site,
        work -> work.run(work.planNewEpoch(side), () -> epochs.declareNext(work.connection(side))));
  }

  /// The record of source epochs.
  public interface Epochs {
    void declareNext(Connection store) throws SQLException;
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
    private final TopicSetup topics;
    private final TopicTraces traces;
    private final Trace trace;

    Work(Site site, Connection legacy, Connection target, KafkaAdmin kafka) throws SQLException {
      this.site = site;
      this.legacy = legacy;
      this.target = target;
      var generations = GenerationTable.read(target, site.migration());
      this.topics = new TopicSetup(kafka, TopicSetting.of(site.plan(), generations));
      this.traces = new TopicTraces(site, kafka, generations);
      this.trace = new Trace(site, topics, generations);
    }

    Connection connection(Side side) {
      return switch (side) {
        case LEGACY -> legacy;
        case TARGET -> target;
      };
    }

    private StoreSetup capture(Side side) throws SQLException {
      return new StoreSetup(connection(side), site.captured(side, connection(side)));
    }

    SetupPlan plan() throws SQLException {
      boolean ran =
          trace.inKafka(Side.LEGACY).isPresent()
              || Trace.inTarget(target, site.migration()).isPresent();
      boolean observed = trace.inKafka(Side.TARGET).isPresent();
      var steps =
          new ArrayList<>(common(traces.judged(topics.steps(), TopicTraces.InStores.read(site))));
      steps.addAll(capture(Side.TARGET).steps(observed ? History.RAN_BEFORE : History.NEW));
      steps.addAll(capture(Side.LEGACY).steps(ran ? History.RAN_BEFORE : History.NEW));
      return new SetupPlan(steps);
    }

    SetupPlan planNewEpoch(Side side) throws SQLException {
      var stores = TopicTraces.InStores.read(site);
      var steps = new ArrayList<>(common(traces.judgedForEpoch(topics.steps(), stores, side)));
      steps.addAll(capture(side).steps(History.NEW_EPOCH));
      return new SetupPlan(steps);
    }

    private List<Step> common(List<Step> topicSteps) throws SQLException {
      var steps = new ArrayList<Step>();
      swapped().ifPresent(steps::add);
      steps.addAll(topicSteps);
      steps.add(TargetSchema.step(target));
      steps.add(DigestKey.step(target, site.migration()));
      return steps;
    }

    SetupResult run() throws SQLException {
      return run(plan(), () -> {});
    }

    /// @param before done before a slot is made
    SetupResult run(SetupPlan plan, Action before) throws SQLException {
      if (!plan.refused().isEmpty()) {
        throw SetupException.refused(plan.refused());
      }
      topics.create(plan.toDo().stream().filter(it -> it.place() == Step.Place.KAFKA).toList());
      target(TargetSchema.step(target), () -> TargetSchema.install(target));
      target(
          DigestKey.step(target, site.migration()), () -> DigestKey.make(target, site.migration()));
      // A slot holds its server's log back, and what may still fail comes before it.
      for (Side side : Side.values()) {
        capture(side).run(StoreSetup.publications(plan, site.captured(side)));
      }
      before.run();
      for (Side side : Side.values()) {
        capture(side).run(StoreSetup.slots(plan, site.captured(side)));
      }
      return new SetupResult(
          plan.steps().stream().map(Step::done).toList(), capture(Side.LEGACY).nextTransaction());
    }

    private void target(Step step, Action work) {
      try {
        work.run();
      } catch (SQLException e) {
        throw SqlFailure.of(step, e, () -> Blockers.read(target));
      }
    }

    /// What shows that the migration was set up before.
    Optional<String> trace() throws SQLException {
      String slot = site.captured(Side.LEGACY).name();
      if (Slot.read(legacy, slot).isPresent()) {
        return Optional.of("replication slot " + slot + " exists");
      }
      Optional<String> inKafka = trace.inKafka(Side.LEGACY);
      return inKafka.isPresent() ? inKafka : Trace.inTarget(target, site.migration());
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
