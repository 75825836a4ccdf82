package dev.tandem.jobs;

import dev.tandem.capture.Side;
import dev.tandem.job.PressureRule.Facts;
import dev.tandem.job.PressureRule.Measure;
import dev.tandem.jobs.StoreMeasures.Live;
import dev.tandem.run.Migration;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/// Measures what applying a generation beside the live one endangers: how long the target takes to
/// commit, the log that its slot retains and that its standbys have not replayed, and what queues
/// before the live tables, to be applied or compared. A queue that nobody works at is in nobody's
/// way. The target is asked over one connection a measurement. Not thread-safe.
final class TargetPressure implements AutoCloseable {
  private final Migration migration;
  private final String domain;
  private final StoreMeasures measures;

  TargetPressure(Migration migration, String domain) {
    this.migration = migration;
    this.domain = domain;
    this.measures = new StoreMeasures(migration);
  }

  /// What cannot be measured is an alarm.
  Facts facts() {
    try {
      var found = new ArrayList<Measure>();
      Live live;
      String alarm;
      try (Connection target = migration.stores().target().connectBriefly()) {
        live = measures.live(target, domain);
        found.add(measures.commit(target));
        measures.standby(target, Side.TARGET).ifPresent(found::add);
        alarm = measures.slot(target, Side.TARGET, found);
      }
      if (measures.isApplied(live)) {
        found.add(unflowing(measures.waiting(live)));
      }
      measures.uncompared(live).map(TargetPressure::unflowing).ifPresent(found::add);
      return new Facts(found, alarm);
    } catch (SQLException | KafkaException away) {
      return new Facts(List.of(), "cannot be measured: " + away.getMessage());
    }
  }

  /// What a generation beside the live one writes goes through none of these queues.
  private static Measure unflowing(Measure queue) {
    return new Measure(queue.what(), queue.used(), queue.budget(), queue.unit());
  }

  @Override
  public void close() {
    measures.close();
  }
}
