package dev.tandem.run;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.SlotGauges;
import dev.tandem.postgres.PostgresAccess;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds at the replication slots that retain log for a migration. Who applies
/// looks at the slot of the target as well, since nobody else would tell that no process reconciles
/// and nothing reads it.
public final class SlotWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final String READ =
      """
      SELECT s.slot_name IS NOT NULL, coalesce(s.active, false), coalesce(s.wal_status, ''),
             coalesce(pg_wal_lsn_diff(
               CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
               s.restart_lsn), 0)::bigint,
             (SELECT setting::bigint FROM pg_settings WHERE name = 'max_slot_wal_keep_size')
        FROM (SELECT) one LEFT JOIN pg_replication_slots s ON s.slot_name = ?""";
  private static final double MEGABYTE = 1 << 20;

  private final Migration migration;
  private final Map<Side, SlotGauges> gauges = new EnumMap<>(Side.class);
  private final Patrol patrol;

  private SlotWatch(Migration migration, Set<Side> sides, MeterRegistry meters) {
    this.migration = migration;
    for (Side side : sides) {
      Tags tags =
          Tags.of("migration", migration.name(), "side", side.toString(), "slot", slot(side));
      gauges.put(side, new SlotGauges(meters, tags));
    }
    patrol = Patrol.start("slots", EVERY, () -> gauges.forEach(this::look), () -> {});
  }

  /// @param roles what this process does
  public static SlotWatch start(Migration migration, Set<Role> roles, MeterRegistry meters) {
    return new SlotWatch(migration, sides(roles), meters);
  }

  private static Set<Side> sides(Set<Role> roles) {
    var sides = EnumSet.noneOf(Side.class);
    if (roles.contains(Role.CAPTURE)) {
      sides.add(Side.LEGACY);
    }
    if (roles.contains(Role.APPLY) || roles.contains(Role.RECONCILE)) {
      sides.add(Side.TARGET);
    }
    return sides;
  }

  private String slot(Side side) {
    return new CaptureNames(migration.name(), side).slot();
  }

  private void look(Side side, SlotGauges shown) {
    PostgresAccess store =
        switch (side) {
          case LEGACY -> migration.stores().legacy();
          case TARGET -> migration.stores().target();
        };
    try (Connection connection = store.connect()) {
      shown.set(read(connection, slot(side)));
    } catch (SQLException | RuntimeException away) {
      Fatal.raise(away);
      shown.unknown();
      LOG.debug("the slot of {} is looked at again later", side, away);
    }
  }

  static SlotGauges.Reading read(Connection connection, String slot) throws SQLException {
    try (var query = connection.prepareStatement(READ)) {
      query.setString(1, slot);
      try (var row = query.executeQuery()) {
        row.next();
        String status = row.getString(3);
        boolean safe = row.getBoolean(1) && !status.equals("unreserved") && !status.equals("lost");
        long limit = row.getLong(5);
        return new SlotGauges.Reading(
            row.getBoolean(2),
            safe,
            row.getLong(4),
            limit < 0 ? Double.POSITIVE_INFINITY : limit * MEGABYTE);
      }
    }
  }

  @Override
  public void close() {
    patrol.close();
  }
}
