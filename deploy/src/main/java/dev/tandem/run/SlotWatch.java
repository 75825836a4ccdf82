package dev.tandem.run;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.SlotGauges;
import dev.tandem.metrics.SlotGauges.Reading;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.spec.RetainedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds at the replication slots that retain log for a migration, and drops one
/// that retains more than the spec lets it, where the spec says so and nobody reads it. Every
/// process looks at both, whatever it does: that nobody captures is told by the others.
public final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(15);

  /// It is being read, or is not there: `object_in_use`, `undefined_object`.
  private static final Set<String> SETTLED = Set.of("55006", "42704");

  private final Patrol patrol;

  private SlotWatch(List<Watched> slots) {
    patrol = Patrol.start("slots", EVERY, () -> slots.forEach(Watched::look), () -> {});
  }

  public static SlotWatch start(Migration migration, MeterRegistry meters) {
    var slots = new ArrayList<Watched>();
    for (Side side : Side.values()) {
      slots.add(
          new Watched(
              new CaptureNames(migration.name(), side),
              migration.stores().of(side),
              migration.stores().retained().of(side),
              meters));
    }
    return new SlotWatch(slots);
  }

  /// One slot. Not thread-safe.
  static final class Watched {
    private final CaptureNames names;
    private final PostgresAccess store;
    private final RetainedLog declared;
    private final SlotGauges shown;
    private final SlotDrop drop = new SlotDrop();

    Watched(CaptureNames names, PostgresAccess store, RetainedLog declared, MeterRegistry meters) {
      this.names = names;
      this.store = store;
      this.declared = declared;
      this.shown =
          new SlotGauges(
              meters,
              Tags.of(
                  "migration",
                  names.migration(),
                  "side",
                  names.side().toString(),
                  "slot",
                  names.slot()));
    }

    void look() {
      try (Connection connection = store.connect()) {
        SlotLook found = SlotLook.read(connection, names.slot(), declared);
        shown.set(found.reading());
        if (drop.isDue(found.reading(), found.budget())) {
          drop(connection, found.reading());
        }
      } catch (SQLException | RuntimeException away) {
        Fatal.raise(away);
        drop.forget();
        shown.unknown();
        LOG.debug("the slot of {} is looked at again later", names, away);
      }
    }

    private void drop(Connection connection, Reading found) {
      drop.forget();
      long budget = declared.budget().orElseThrow();
      try {
        if (SlotLook.drop(connection, names.slot(), budget)) {
          shown.dropped();
          LOG.error(
              "the replication slot {} of the {} store was dropped, as retained-log in the spec has"
                  + " it: it retained {} MB of log, expected {} MB or less, and nobody read it."
                  + " What was committed since it was read last is captured no more; run {}, which"
                  + " sweeps every table again",
              names.slot(),
              names.side(),
              found.retained() >> 20,
              budget >> 20,
              names.side().newEpoch());
        }
      } catch (SQLException kept) {
        if (SETTLED.contains(kept.getSQLState())) {
          LOG.debug("the slot of {} was taken, or dropped by another process", names, kept);
          return;
        }
        LOG.warn(
            "the replication slot {} of the {} store retains {} MB of log, expected {} MB or less,"
                + " and could not be dropped, as retained-log in the spec has it",
            names.slot(),
            names.side(),
            found.retained() >> 20,
            budget >> 20,
            kept);
      }
    }
  }

  @Override
  public void close() {
    patrol.close();
  }
}
