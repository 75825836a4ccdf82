package dev.tandem.capture;

import dev.tandem.position.Lsn;
import dev.tandem.postgres.ReplicationState.Reader;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Whether a session that delivers nothing is still alive. A connection whose other end is gone
/// without a word looks like one to an idle server, and like one to a server that is busy: of a
/// transaction of many millions of changes nothing is delivered for hours, and to begin it again
/// would help nobody. The rule, as long as the engine has delivered nothing:
///
/// - no heartbeat has reached the store for twenty seconds: the session ends;
/// - the session of the server that read the slot for us is not there any more, twice in a row: the
///   server has given our connection up, so the session ends;
/// - a message of our own, written into the log a minute ago, was not delivered, and the server's
///   session waits for log or for us to read: it believes to have sent it, so the session ends. One
///   that is at work (it decodes, it reads a file) is waited for.
///
/// The methods of the heartbeat are called by one thread, the others by any.
final class Pulse {
  private static final Duration UNREACHED = Duration.ofSeconds(20);
  private static final Duration UNDELIVERED = Duration.ofSeconds(60);

  private volatile boolean handling;
  private volatile Instant delivered;
  private @Nullable Instant failingSince;
  private @Nullable Marked oldest;
  private int reader;
  private int missed;

  /// A message of our own that has yet to be delivered.
  private record Marked(Lsn position, Instant at) {}

  Pulse(Instant now) {
    delivered = now;
  }

  /// The engine has something to be handled.
  void begin(Instant now) {
    delivered = now;
    handling = true;
  }

  /// It has been handled.
  void end(Instant now) {
    handling = false;
    delivered = now;
  }

  /// A message of our own was written.
  void marked(Lsn position, Instant now) {
    if (oldest == null) {
      oldest = new Marked(position, now);
    }
  }

  /// The store was not reached.
  ///
  /// @return why the session has to end, if it has to
  Optional<String> failed(Instant now) {
    Instant since = failingSince;
    if (since == null) {
      since = now;
      failingSince = now;
    }
    return isQuiet(UNREACHED, since, now)
        ? Optional.of("the store was not reached for " + UNREACHED.toSeconds() + " s")
        : Optional.empty();
  }

  /// The store was reached.
  ///
  /// @param passed up to where the log was delivered
  /// @param now what reads the slot, as the server says, null for nothing
  /// @return why the session has to end, if it has to
  Optional<String> reached(Lsn passed, @Nullable Reader found, Instant now) {
    failingSince = null;
    Marked mark = oldest;
    if (mark != null && !mark.position.isAfter(passed)) {
      oldest = null;
      mark = null;
    }
    if (found != null && reader == 0) {
      reader = found.pid();
    }
    missed = reader != 0 && (found == null || found.pid() != reader) ? missed + 1 : 0;
    if (missed > 1 && !handling) {
      return Optional.of("the server has given up the session that read the slot");
    }
    boolean waits = found != null && found.isWaiting();
    return mark != null && waits && isQuiet(UNDELIVERED, mark.at, now)
        ? Optional.of(
            "a message at "
                + mark.position
                + " was not delivered within "
                + UNDELIVERED.toSeconds()
                + " s, though the server waits for more to send")
        : Optional.empty();
  }

  /// Whether it is so long since then that the engine has delivered nothing.
  private boolean isQuiet(Duration limit, Instant since, Instant now) {
    Instant last = delivered;
    Instant from = last.isAfter(since) ? last : since;
    return !handling && !now.isBefore(from.plus(limit));
  }
}
