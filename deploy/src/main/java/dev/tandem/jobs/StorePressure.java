package dev.tandem.jobs;

import dev.tandem.capture.Side;
import dev.tandem.capture.SweepGate;
import dev.tandem.job.JobOrder;
import dev.tandem.job.PressureRule;
import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.job.PressureRule.Pressure;
import dev.tandem.jobs.StoreMeasures.Live;
import dev.tandem.run.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Measures what a sweep endangers: the log that the slot of the store it reads retains, how far
/// that one's standbys are behind, and the target's, also the one that it reads instead, how long
/// the target takes to commit, how many records of the outbox wait to be applied,
/// since live changes queue behind swept rows, and how many of the outbox and of what was observed
/// wait to be compared, since the verdicts on live changes queue there too. A full disk or a slow
/// target shows as such a queue. Measured at most every second; what cannot be measured holds the
/// sweep. Used by one thread.
public final class StorePressure implements SweepGate {
  private static final Logger LOG = LoggerFactory.getLogger(StorePressure.class);

  private static final Duration FRESH = Duration.ofSeconds(1);
  private final Migration migration;
  private final Side side;
  private final StoreMeasures measures;

  /// By domain.
  private final Map<String, Pressure> pressure = new HashMap<>();

  private final Map<String, Long> measuredAt = new HashMap<>();

  /// When was looked whether a job has been applied, by job.
  private final Map<String, Long> lookedAt = new HashMap<>();

  /// @param side whose store is swept
  public StorePressure(Migration migration, Side side) {
    this.migration = migration;
    this.side = side;
    this.measures = new StoreMeasures(migration);
  }

  @Override
  public Answer ask(JobOrder order) {
    Pressure now = pressure(order.domain());
    return switch (now.level()) {
      case FREE -> new Answer.Go();
      case SLOW -> new Answer.Slow(now.reason(), now.rate());
      case HOLD -> new Answer.Hold(now.reason());
    };
  }

  /// Looked at once a second.
  @Override
  public boolean hasApplied(JobOrder order, SortedMap<Integer, Long> offsets) {
    long now = System.nanoTime();
    Long looked = lookedAt.get(order.id());
    if (looked != null && now - looked < FRESH.toNanos()) {
      return false;
    }
    lookedAt.put(order.id(), now);
    try {
      Map<Integer, Long> applied;
      try (Connection target = migration.stores().target().connectBriefly()) {
        applied = measures.live(target, order.domain()).applied();
      }
      return offsets.entrySet().stream()
          .allMatch(each -> applied.getOrDefault(each.getKey(), -1L) >= each.getValue());
    } catch (SQLException away) {
      LOG.warn("not known whether job {} was applied: {}", order.id(), away.getMessage());
      return false;
    }
  }

  private Pressure pressure(String domain) {
    long now = System.nanoTime();
    Long measured = measuredAt.get(domain);
    Pressure before = pressure.getOrDefault(domain, Pressure.NONE);
    if (measured != null && now - measured < FRESH.toNanos()) {
      return before;
    }
    Pressure found = PressureRule.judge(facts(domain), before);
    pressure.put(domain, found);
    measuredAt.put(domain, System.nanoTime());
    return found;
  }

  private Facts facts(String domain) {
    try {
      Live live;
      String alarm;
      var found = new ArrayList<Measure>();
      try (Connection target = migration.stores().target().connectBriefly()) {
        live = measures.live(target, domain);
        found.add(measures.commit(target));
        measures.standby(target, Side.TARGET).ifPresent(found::add);
        alarm =
            switch (side) {
              case TARGET -> measures.slot(target, side, found);
              case LEGACY -> legacy(found);
            };
      }
      found.add(measures.waiting(live));
      measures.uncompared(live).ifPresent(found::add);
      if (side == Side.LEGACY && migration.stores().replica().isPresent()) {
        found.add(measures.behind(migration.stores().replica().get()));
      }
      return new Facts(found, alarm);
    } catch (SQLException | KafkaException away) {
      return new Facts(List.of(), "cannot be measured: " + away.getMessage());
    }
  }

  private String legacy(List<Measure> found) throws SQLException {
    try (Connection legacy = migration.stores().legacy().connectBriefly()) {
      measures.standby(legacy, Side.LEGACY).ifPresent(found::add);
      return measures.slot(legacy, Side.LEGACY, found);
    }
  }

  @Override
  public void close() {
    measures.close();
  }
}
