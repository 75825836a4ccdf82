package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the store beside the engine, again and again: reads the server's transaction id, the
/// tables' names and what of them no row shows, writes into the log when nothing ends there, so
/// that there is a transaction whose end moves the slot on, and tells by its [Pulse] when the
/// session is dead. Used by one thread.
final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /// What of the session it needs.
  interface Session {
    /// When a transaction last ended.
    Instant lastEnd();

    /// Up to where the log was delivered.
    Lsn passed();

    /// @param xid an id above that of every transaction that has ended
    void next(long xid);

    void renamed(TableId table, TableId name);
  }

  /// What is looked at in the catalog.
  ///
  /// @param catalog null where nobody asks what no row shows
  record Looks(TableNames tables, @Nullable CatalogWatch catalog) {}

  private final CaptureSettings settings;
  private final Looks looks;
  private final Pulse pulse;
  private final Session session;
  private final Clock clock;
  private final Duration every;
  private Instant last;

  Heartbeat(CaptureSettings settings, Looks looks, Pulse pulse, Session session) {
    this.settings = settings;
    this.looks = looks;
    this.pulse = pulse;
    this.session = session;
    this.clock = settings.clock();
    this.every = settings.pace().heartbeat();
    this.last = clock.instant();
  }

  /// Looks at what no row shows, so that a change of it before the first beat is told by that one.
  void begin() {
    if (looks.catalog != null) {
      try (Connection connection = settings.store().connectBriefly()) {
        looks.catalog.look(connection);
      } catch (SQLException away) {
        LOG.warn("no look at the catalog of {}: {}", settings.store(), away.getMessage());
      }
    }
  }

  /// One beat, if one is due.
  ///
  /// @throws LifelessException if the session is dead
  void beat() throws LifelessException {
    if (clock.instant().isBefore(last.plus(every))) {
      return;
    }
    last = clock.instant();
    PostgresAccess store = settings.store();
    String dead;
    try (Connection connection = store.connectBriefly()) {
      dead = pulse.reached(session.passed(), look(connection), clock.instant()).orElse(null);
    } catch (SQLException away) {
      LOG.warn("no heartbeat to {}: {}", store, away.getMessage());
      // Whoever refuses something has been reached.
      boolean gone = String.valueOf(away.getSQLState()).startsWith("08");
      dead = gone ? pulse.failed(clock.instant()).orElse(null) : null;
    }
    if (dead != null) {
      throw new LifelessException(store + ": " + dead);
    }
  }

  private ReplicationState.@Nullable Reader look(Connection connection) throws SQLException {
    session.next(ReplicationState.snapshot(connection).xmax());
    if (settings.side() == Side.LEGACY) {
      looks.tables.look(connection).forEach(session::renamed);
    }
    if (looks.catalog != null) {
      looks.catalog.look(connection);
    }
    if (!last.isBefore(session.lastEnd().plus(every))) {
      pulse.marked(ReplicationState.mark(connection, "heartbeat"), clock.instant());
    }
    return ReplicationState.reader(connection, settings.names().slot()).orElse(null);
  }

  /// The session is dead.
  static final class LifelessException extends Exception {
    private static final long serialVersionUID = 1;

    LifelessException(String message) {
      super(message);
    }
  }
}
