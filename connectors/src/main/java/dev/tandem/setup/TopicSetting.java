package dev.tandem.setup;

import dev.tandem.generation.Generations;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How one topic has to be.
///
/// - The outbox and the observed topic are kept whole and never compacted (DESIGN invariant 14); so
///   are dead letters and the ledger of divergences.
/// - The contract topic is compacted, but not its live end, where records are numbered without gaps
///   (invariant 4); a deletion is kept for as long as a reader may stay away. So is the topic of
/// each
///   other version that is published.
/// - Where capture stands is compacted down to little, for it is read whole at each start.
/// - A repair is an instruction, a report of lag a measurement: both have passed after a week.
///
/// @param config topic settings, sorted
public record TopicSetting(String name, int partitions, SequencedMap<String, String> config) {
  private static final String FOR_EVER = "-1";
  private static final String LARGEST_BATCH = Integer.toString(ContractSize.LARGEST_BATCH);

  /// Of a topic that is read whole at each start: it is compacted soon and down to little. The
  /// segment that is being written is never compacted, so it has to stay small.
  private static final Map<String, String> READ_WHOLE =
      Map.of(
          "segment.bytes", Integer.toString(2 << 20),
          "segment.ms", millis(Duration.ofMinutes(10)),
          "min.cleanable.dirty.ratio", "0.1");

  private static final Duration LIVE_END = Duration.ofHours(1);
  private static final Duration LONGEST_ABSENCE = Duration.ofDays(30);
  private static final Duration REPAIRS = Duration.ofDays(7);
  private static final Duration LAG_REPORTS = Duration.ofDays(7);
  private static final int DIVERGENCE_PARTITIONS = 6;

  public TopicSetting {
    config = new TreeMap<>(config);
  }

  /// Every topic of a migration that was never rebuilt.
  public static List<TopicSetting> of(MigrationPlan plan) {
    return of(plan, Generations.NONE);
  }

  /// Every topic of a migration, those of the migration itself first; of translations those that
  /// something is fed from and that have the spec's mapping.
  public static List<TopicSetting> of(MigrationPlan plan, Generations generations) {
    String migration = plan.migration();
    var own = new Topics(migration, "");
    var all = new ArrayList<TopicSetting>();
    all.add(new TopicSetting(Topics.offsets(migration), 1, compacted(READ_WHOLE)));
    all.add(new TopicSetting(Topics.observedOffsets(migration), 1, compacted(READ_WHOLE)));
    all.add(new TopicSetting(own.control(), 1, compacted(Map.of())));
    all.add(new TopicSetting(own.deadLetter(), 1, kept(FOR_EVER)));
    all.add(new TopicSetting(own.divergence(), DIVERGENCE_PARTITIONS, kept(FOR_EVER)));
    all.add(new TopicSetting(own.reconciliationLag(), 1, kept(millis(LAG_REPORTS))));
    for (DomainPlan domain : generations.captured(plan).domains()) {
      all.add(outbox(domain));
    }
    for (DomainPlan domain : plan.domains()) {
      DomainPlan live = generations.live(domain);
      if (!generations.hasPartitionsOf(domain)) { // then that is what is amiss
        all.removeIf(each -> each.name().equals(live.topics().outbox()));
        all.add(outbox(live.over(live.topics().outboxOf(), domain.partitions())));
      }
      all.add(observed(live));
      generations.translations(domain).forEach(it -> all.addAll(translated(it)));
    }
    return all;
  }

  /// The outbox of a domain.
  public static TopicSetting outbox(DomainPlan domain) {
    return new TopicSetting(domain.topics().outbox(), domain.partitions(), kept(FOR_EVER));
  }

  /// What is observed of a domain, where it stands in its plan.
  static TopicSetting observed(DomainPlan domain) {
    return new TopicSetting(domain.topics().observed(), domain.partitions(), kept(FOR_EVER));
  }

  /// What one translation of a domain writes, and is asked for repairs by.
  public static List<TopicSetting> translated(DomainPlan domain) {
    Topics topics = domain.topics();
    int partitions = domain.partitions();
    var contract =
        compacted(
            Map.of(
                "min.compaction.lag.ms", millis(LIVE_END),
                "delete.retention.ms", millis(LONGEST_ABSENCE)));
    var all = new ArrayList<TopicSetting>();
    all.add(new TopicSetting(topics.contract(), partitions, contract));
    domain
        .publishedVersions()
        .forEach(
            version -> all.add(new TopicSetting(topics.contract(version), partitions, contract)));
    all.add(new TopicSetting(topics.repair(), partitions, kept(millis(REPAIRS))));
    if (!topics.isFirstTranslation()) {
      all.add(new TopicSetting(topics.deadLetter(), 1, kept(FOR_EVER)));
    }
    return all;
  }

  /// The results of a generation beside the live one; it reads the domain's outbox, and the topics
  /// of a translation.
  public static List<TopicSetting> beside(DomainPlan beside) {
    Topics topics = beside.topics();
    return List.of(
        observed(beside),
        new TopicSetting(topics.divergence(), 1, kept(FOR_EVER)),
        new TopicSetting(topics.reconciliationLag(), 1, kept(millis(LAG_REPORTS))));
  }

  private static SequencedMap<String, String> kept(String retention) {
    var config = new LinkedHashMap<String, String>();
    config.put("cleanup.policy", "delete");
    config.put("max.message.bytes", LARGEST_BATCH);
    config.put("retention.bytes", FOR_EVER);
    config.put("retention.ms", retention);
    return config;
  }

  private static SequencedMap<String, String> compacted(Map<String, String> more) {
    var config = new LinkedHashMap<>(more);
    config.put("cleanup.policy", "compact");
    config.put("max.message.bytes", LARGEST_BATCH);
    return config;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  /// The same with more settings, where it has none of its own by their names.
  TopicSetting with(Map<String, String> more) {
    var all = new TreeMap<String, String>(more);
    all.putAll(config);
    return new TopicSetting(name, partitions, all);
  }

  /// The command line that makes it.
  String create(String bootstrapServers) {
    return "kafka-topics.sh --bootstrap-server "
        + bootstrapServers
        + " --create --topic "
        + name
        + " --partitions "
        + partitions
        + config.entrySet().stream()
            .map(entry -> " --config " + entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining());
  }
}
