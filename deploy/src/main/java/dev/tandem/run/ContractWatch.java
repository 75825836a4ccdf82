package dev.tandem.run;

import dev.tandem.contracts.ContractUseReader;
import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.ContractGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks twice a minute at who reads which version of the contracts, and at which versions are in
/// use: in a process with the role `serve`, on a thread of its own.
public final class ContractWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContractWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private final Migration migration;
  private final ContractGauges gauges;
  private final Clock clock = Clock.systemUTC();
  private final Thread thread;

  private ContractWatch(Migration migration, MeterRegistry meters) {
    this.migration = migration;
    gauges = new ContractGauges(meters, Tags.of("migration", migration.name()));
    thread = Thread.ofPlatform().name("contracts").daemon().unstarted(this::run);
  }

  /// @param roles what this process does
  public static ContractWatch start(Migration migration, Set<Role> roles, MeterRegistry meters) {
    var watch = new ContractWatch(migration, meters);
    if (roles.contains(Role.SERVE) && !migration.contracts().isEmpty()) {
      watch.thread.start();
    }
    return watch;
  }

  private void run() {
    ContractUseReader reader = null;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        reader = look(reader);
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException stopped) {
      LOG.debug("contracts are looked at no more");
    } finally {
      close(reader);
    }
  }

  /// @return what is used the next time, which is another one after a failure
  private @Nullable ContractUseReader look(@Nullable ContractUseReader before) {
    ContractUseReader reader = before;
    try {
      if (reader == null) {
        reader =
            new ContractUseReader(
                migration.contracts(),
                migration.kafka().objects(),
                migration.kafka().registryClient(),
                migration.stores().target()::connect);
      }
      gauges.set(reader.read(), clock.instant());
      return reader;
    } catch (RuntimeException away) {
      Fatal.raise(away);
      gauges.unknown();
      LOG.debug("contracts are looked at again later", away);
      close(reader);
      return null;
    }
  }

  private static void close(@Nullable ContractUseReader reader) {
    if (reader != null) {
      try {
        reader.close();
      } catch (RuntimeException e) {
        Fatal.raise(e);
        LOG.debug("a reader of contracts did not close cleanly", e);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
