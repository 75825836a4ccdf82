package dev.tandem.rebuild;

import dev.tandem.generation.Exchange;
import dev.tandem.rebuild.Exchanger.BehindException;
import dev.tandem.setup.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Tries an exchange until it is done. A transaction that does not have every lock at once gives
/// all of them back, so that whoever queued behind it goes on, and another one tries after a pause
/// that grows and is never the same. Behind one that found the next generation not level, the live
/// one goes on for at least as long as it was held.
///
/// @param patience how long locks are tried for
record Attempts(Exchanger exchanger, Store target, Duration patience) {
  private static final int BEHIND = 5;
  private static final long SHORTEST_MILLIS = 200;
  private static final long LONGEST_MILLIS = 5_000;

  /// What is done in the transaction, and left to be done after it.
  ///
  /// @throws RebuildException if the next generation does not come level
  /// @throws BusyException if the locks were not to be had
  Exchanger.Done run(Exchange exchange) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (int attempt = 1; ; attempt++) {
      long pause = pause(attempt);
      try (Connection connection = target.connect()) {
        exchanger.approach(connection, exchange);
        connection.setAutoCommit(false);
        var done = exchanger.attempt(connection, exchange);
        connection.commit();
        return done;
      } catch (BehindException behind) {
        if (attempt >= BEHIND) {
          throw new RebuildException(
              exchange.next() + " does not come level with the live one",
              behind.partitions().entrySet().stream()
                  .map(each -> "partition " + each.getKey() + ": " + each.getValue())
                  .toList());
        }
        pause = Math.max(pause, Exchanger.HOLD.toMillis());
      } catch (SQLException refused) {
        if (!Rebuild.isBusy(refused)) {
          throw refused;
        }
        if (System.nanoTime() > deadline) {
          throw new BusyException(
              "expected to lock the tables of "
                  + exchange.next().domain()
                  + " at one time within "
                  + patience.toSeconds()
                  + " s, found some in use at each of "
                  + attempt
                  + " attempts; nothing was changed; fix: let long transactions of the target end"
                  + " (pg_stat_activity, by xact_start), then try again");
        }
      }
      Thread.sleep(pause);
    }
  }

  private static long pause(int attempt) {
    long longest = Math.min(LONGEST_MILLIS, SHORTEST_MILLIS << Math.min(attempt, 10));
    return ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
  }
}
