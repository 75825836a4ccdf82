package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.CaptureStateReader;
import dev.tandem.capture.Side;
import dev.tandem.capture.WrittenBefore;
import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import dev.tandem.setup.Step.State;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.errors.ApiException;

/// Looks, where topics are missing, whether they were there before, and has set-up refuse to make
/// those again.
record TopicTraces(Site site, KafkaAdmin kafka, Generations generations) {

  /// What both stores tell.
  ///
  /// @param slots sides whose slot is there
  /// @param checkpointed domains that have checkpoints
  record InStores(Set<Side> slots, Set<String> checkpointed) {
    static final InStores NONE = new InStores(Set.of(), Set.of());

    static InStores read(Site site) throws SQLException {
      var slots = EnumSet.noneOf(Side.class);
      Set<String> checkpointed;
      try (Connection legacy = site.legacy().connect();
          Connection target = site.target().connect()) {
        for (Side side : Side.values()) {
          Connection store = side == Side.LEGACY ? legacy : target;
          if (Slot.read(store, site.captured(side).name()).isPresent()) {
            slots.add(side);
          }
        }
        checkpointed = TargetSchema.checkpointed(target, site.migration());
      }
      return new InStores(slots, checkpointed);
    }
  }

  /// The steps of topics, where what was lost is not to be made.
  List<Step> judged(List<Step> steps, InStores stores) {
    return judged(steps, stores, Optional.empty());
  }

  /// The same for a new epoch of one side: that makes again what it heals, and leaves what is
  /// wrong with the other side as it is.
  List<Step> judgedForEpoch(List<Step> steps, InStores stores, Side side) {
    return judged(steps, stores, Optional.of(side));
  }

  private List<Step> judged(List<Step> steps, InStores stores, Optional<Side> epoch) {
    if (steps.stream().noneMatch(step -> step.is(State.TO_DO))) {
      return steps;
    }
    var rule = new TopicLossRule(domains(), generations::translations, read(steps, stores));
    var judged = new ArrayList<Step>();
    for (Step step : steps) {
      var loss =
          step.is(State.TO_DO)
              ? rule.judge(TopicSetup.topic(step))
              : Optional.<TopicLossRule.Loss>empty();
      if (loss.isEmpty() || epoch.isPresent() && loss.get().healer().equals(epoch)) {
        judged.add(step);
      } else if (epoch.isEmpty() || isNeeded(step, epoch.get())) {
        judged.add(Step.gone(step.place(), step.name(), loss.get().lost(), loss.get().fix()));
      }
    }
    return judged;
  }

  /// Each domain as its live generation has it, and once more for another outbox that is written.
  private List<DomainPlan> domains() {
    var domains = new ArrayList<DomainPlan>();
    site.plan().domains().forEach(domain -> domains.add(generations.live(domain)));
    var live = domains.stream().map(domain -> domain.topics().outbox()).toList();
    generations.captured(site.plan()).domains().stream()
        .filter(domain -> !live.contains(domain.topics().outbox()))
        .forEach(domains::add);
    return domains;
  }

  /// Whether the capture of a side writes to a topic.
  private boolean isNeeded(Step step, Side side) {
    return side == Side.LEGACY
        && domains().stream()
            .anyMatch(domain -> domain.topics().outbox().equals(TopicSetup.topic(step)));
  }

  private TopicLossRule.Traces read(List<Step> steps, InStores stores) {
    var topics = new TopicSetup(kafka, List.of());
    var existing = new HashSet<String>();
    steps.stream().filter(it -> !it.is(State.TO_DO)).map(TopicSetup::topic).forEach(existing::add);
    var records = new HashMap<String, Long>();
    var groups = new TreeSet<String>();
    for (DomainPlan domain : domains()) {
      Topics own = domain.topics();
      for (String topic : List.of(own.outbox(), own.observed(), own.contract())) {
        if (existing.contains(topic)) {
          records.put(topic, topics.records(topic));
        }
      }
      groups.add(own.reconcileApplication());
      generations
          .translations(domain)
          .forEach(it -> groups.add(it.topics().translateApplication()));
    }
    groups.removeIf(group -> !hasPositions(group));
    return new TopicLossRule.Traces(
        stores.slots, stores.checkpointed, records, groups, written(existing));
  }

  private boolean hasPositions(String group) {
    try {
      return !kafka
          .answer(
              kafka.client().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
              "positions of " + group)
          .isEmpty();
    } catch (ApiException unknown) {
      return false;
    }
  }

  private Map<Side, WrittenBefore> written(Set<String> existing) {
    var written = new EnumMap<Side, WrittenBefore>(Side.class);
    for (Side side : Side.values()) {
      var names = new CaptureNames(site.migration(), side);
      if (existing.contains(names.offsets())) {
        try (var reader = new CaptureStateReader(Map.copyOf(site.kafka()), names)) {
          written.put(side, reader.written());
        }
      }
    }
    return written;
  }
}
