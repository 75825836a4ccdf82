package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.postgres.TimelineHistory;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the capture of one side of a migration going: one session after the other, each begun only
/// when [Continuity] is proven, with a growing and jittered pause after failures. An instance that
/// finds the slot held by another stands by and takes over when that one is gone. Of several that
/// find it free one begins ([Deference]).
public final class Capture implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Capture.class);
  private static final Duration STANDBY = Duration.ofSeconds(1);
  private final CaptureSettings settings;
  private final Supplier<OutboxLog> logs;
  private final Counters counters;
  private final TableNames tables;
  private final Thread thread;
  private final Deference deference = new Deference(() -> ThreadLocalRandom.current().nextDouble());
  private Duration pause;

  /// Whether it is to stop; an interrupt alone may be lost in a library.
  private volatile boolean closed;

  /// Where the store's log was found to be another one; null where it was not.
  private @Nullable Forked forked;

  /// A log that is another one than was read, found so in an epoch from where its slot stands. As
  /// long as both are the same it is not read again, so that whoever heals it finds the slot free.
  private record Forked(Continuity.Lost lost, int epoch, Lsn from) {
    boolean isFoundBy(CaptureSession.Start start) {
      return epoch == start.state().epoch() && from.equals(start.from());
    }
  }

  Capture(CaptureSettings settings, Supplier<OutboxLog> logs) {
    this.settings = settings;
    this.logs = logs;
    this.counters = new Counters(settings.listener());
    this.tables = new TableNames(settings.routing().tables());
    this.pause = settings.pace().retry();
    this.thread =
        Thread.ofPlatform().name(settings.names().transactionalId()).daemon().unstarted(this::run);
  }

  /// Starts it; it comes up by itself as soon as database, Kafka and set-up allow.
  public static Capture start(CaptureSettings settings) {
    return start(settings, () -> new KafkaOutboxLog(settings));
  }

  static Capture start(CaptureSettings settings, Supplier<OutboxLog> logs) {
    var capture = new Capture(settings, logs);
    capture.thread.start();
    return capture;
  }

  public CaptureStatus status() {
    return counters.status();
  }

  /// Stops reading; what has been read is written or will be read again.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed && !Thread.currentThread().isInterrupted()) {
        Thread.sleep(attempt());
      }
    } catch (InterruptedException stopped) {
      LOG.debug("{} was stopped", settings.names());
    } finally {
      counters.become(CaptureStatus.State.STOPPED, "");
    }
  }

  /// One try, to its end.
  ///
  /// @return how long to wait before the next
  private Duration attempt() throws InterruptedException {
    Instant begun = settings.clock().instant();
    try {
      return session();
    } catch (InterruptedException stopped) {
      throw stopped;
    } catch (Exception failure) {
      Instant now = settings.clock().instant();
      if (isFenced(failure)) {
        deference.fenced(now, Duration.between(begun, now));
        counters.become(CaptureStatus.State.STANDING_BY, "another instance took over");
        LOG.warn("{} stands by: fenced", settings.names());
        return STANDBY;
      }
      boolean lasted = Duration.between(begun, now).toSeconds() > 60;
      pause = lasted ? settings.pace().retry() : min(pause.multipliedBy(2));
      counters.become(CaptureStatus.State.BACKING_OFF, String.valueOf(failure.getMessage()));
      settings.listener().failed(failure);
      LOG.warn("{} is tried again", settings.names(), failure);
      long half = pause.toMillis() / 2;
      return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
    }
  }

  private Duration min(Duration wanted) {
    Duration longest = settings.pace().longestRetry();
    return wanted.compareTo(longest) < 0 ? wanted : longest;
  }

  private Duration session() throws Exception {
    ServerIdentity server;
    long nextXid;
    Continuity.Facts facts;
    // What is judged here is what the session reads, also where a URL names several servers.
    CaptureSettings here = settings.at(settings.store().atOneServer());
    try (Connection connection = here.store().connect()) {
      facts = facts(connection);
      if (settings.side() == Side.LEGACY) {
        var _ = tables.look(connection);
      }
      server = facts.server();
      nextXid = ReplicationState.nextTransaction(connection);
    }
    if (Continuity.judge(facts, settings.names(), tables.now(), null)
        instanceof Continuity.HeldByAnother) {
      deference.held();
      return standBy();
    }
    if (deference.defers(settings.clock().instant())) {
      counters.become(CaptureStatus.State.STANDING_BY, "another instance takes over");
      return STANDBY;
    }
    try (OutboxLog log = logs.get()) {
      CaptureState state = log.open();
      counters.begin(state);
      int recorded = state.source() == null ? log.newestEpoch(settings.topics()) : 0;
      if (recorded > 0) {
        return lost(log, state, Continuity.forgotten(settings.names(), recorded));
      }
      var own = Loads.of(settings.plan(), settings.side(), settings.routing().swept()).later();
      var leftOut = OutboxRule.leftOut(state, own, settings.over());
      if (!leftOut.isEmpty()) {
        return waitForSetUp(
            "the outboxes "
                + leftOut
                + " are written too, and this process has not heard of them yet: it looks in the"
                + " target every few seconds");
      }
      Continuity.Known known = state.known();
      facts = facts.leaving(known == null ? null : left(known, server));
      return switch (Continuity.judge(facts, settings.names(), tables.now(), known)) {
        case Continuity.HeldByAnother() -> standBy();
        case Continuity.NotSetUp(var reason) -> waitForSetUp(reason);
        case Continuity.Lost lost -> lost(log, state, lost);
        case Continuity.Proven(var from) ->
            stream(here, log, new CaptureSession.Start(server, state, from, nextXid, tables));
      };
    } catch (OutboxLog.MissingException missing) {
      return waitForSetUp(String.valueOf(missing.getMessage()));
    }
  }

  private Duration waitForSetUp(String reason) {
    counters.become(CaptureStatus.State.NOT_SET_UP, reason);
    LOG.warn("{} waits: {}", settings.names(), reason);
    return min(Duration.ofSeconds(5));
  }

  private Duration stream(CaptureSettings here, OutboxLog log, CaptureSession.Start start)
      throws Exception {
    Forked before = forked;
    if (before != null && before.isFoundBy(start)) {
      return lost(log, start.state(), before.lost);
    }
    forked = null;
    for (TableId table : settings.routing().swept()) {
      var progress = start.state().sweep(table);
      if (progress != null) {
        counters.sweep(progress);
      }
    }
    var session = new CaptureSession(here, log, counters, start);
    Lsn from = start.from();
    LOG.info("{} reads the log from {}", settings.names(), from);
    counters.become(CaptureStatus.State.STREAMING, "");
    try {
      session.run();
      return Duration.ZERO;
    } catch (CaptureSession.SessionEndedException ended) {
      if (ended.getCause() instanceof LogTrail.ForkedException other) {
        var lost = other.lost(settings.names());
        forked = new Forked(lost, start.state().epoch(), start.from());
        return lost(log, start.state(), lost);
      }
      throw ended;
    }
  }

  private Duration standBy() {
    counters.become(CaptureStatus.State.STANDING_BY, "another session reads the slot");
    return STANDBY;
  }

  private Duration lost(OutboxLog log, CaptureState state, Continuity.Lost lost) {
    counters.become(CaptureStatus.State.LOST, lost.toString());
    if (state.unproven() == null) {
      LOG.error("{}: {}", settings.names(), lost);
      long now = ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
      log.write(
          List.of(), List.of(new CaptureState.Note.Unproven(state.epoch(), lost.toString(), now)));
    }
    return settings.pace().longestRetry();
  }

  private Continuity.Facts facts(Connection connection) throws SQLException {
    CaptureNames names = settings.names();
    return new Continuity.Facts(
        ReplicationState.identity(connection),
        ReplicationState.slot(connection, names.slot()).orElse(null),
        ReplicationState.published(connection, names.publication()).orElse(null),
        ReplicationState.flushed(connection),
        null);
  }

  private @Nullable Lsn left(Continuity.Known known, ServerIdentity server) throws SQLException {
    int before = known.server().timeline();
    return server.timeline() > before
        ? TimelineHistory.left(settings.store(), server.timeline(), before).orElse(null)
        : null;
  }

  private static boolean isFenced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutboxLog.FencedException) {
        return true;
      }
    }
    return false;
  }
}
