package dev.tandem.run;

import dev.tandem.contracts.ContractUseReader;
import dev.tandem.fatal.Fatal;
import dev.tandem.metrics.ContractGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
  private final Optional<Patrol> patrol;

  /// Another one after a failure.
  private @Nullable ContractUseReader reader;

  private ContractWatch(Migration migration, Set<Role> roles, MeterRegistry meters) {
    this.migration = migration;
    gauges = new ContractGauges(meters, Tags.of("migration", migration.name()));
    patrol =
        roles.contains(Role.SERVE) && !migration.contracts().isEmpty()
            ? Optional.of(Patrol.start("contracts", EVERY, this::look, this::letGo))
            : Optional.empty();
  }

  /// @param roles what this process does
  public static ContractWatch start(Migration migration, Set<Role> roles, MeterRegistry meters) {
    return new ContractWatch(migration, roles, meters);
  }

  private void look() {
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
    } catch (RuntimeException away) {
      Fatal.raise(away);
      gauges.unknown();
      LOG.debug("contracts are looked at again later", away);
      letGo();
    }
  }

  private void letGo() {
    if (reader != null) {
      try {
        reader.close();
      } catch (RuntimeException e) {
        Fatal.raise(e);
        LOG.debug("a reader of contracts did not close cleanly", e);
      }
      reader = null;
    }
  }

  @Override
  public void close() {
    patrol.ifPresent(Patrol::close);
  }
}
