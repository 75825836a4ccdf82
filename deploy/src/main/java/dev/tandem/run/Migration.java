package dev.tandem.run;

import dev.tandem.capture.Side;
import dev.tandem.contracts.EntityContract;
import dev.tandem.generation.Generations;
import dev.tandem.invariant.Invariant;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.RetainedLogs;
import dev.tandem.setup.Site;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.Objectives;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A migration whose spec was found right.
///
/// @param objectives what each domain promises, by its name
/// @param invariants of each domain that has any, by its name
/// @param http who may call the operator's API
/// @param contracts with all their versions
public record Migration(
    MigrationPlan plan,
    Stores stores,
    KafkaAccess kafka,
    Map<String, Objectives> objectives,
    Map<String, List<Invariant>> invariants,
    HttpSpec http,
    List<EntityContract> contracts) {
  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);

  public Migration {
    objectives = Map.copyOf(objectives);
    invariants = Map.copyOf(invariants);
    contracts = List.copyOf(contracts);
  }

  /// How both databases are reached.
  ///
  /// @param replica a standby of the legacy store that sweeps read instead of it
  /// @param retained what is declared of the log that the slots retain
  public record Stores(
      PostgresAccess legacy,
      PostgresAccess target,
      Optional<PostgresAccess> replica,
      RetainedLogs retained) {
    /// The primary of a side.
    public PostgresAccess of(Side side) {
      return switch (side) {
        case LEGACY -> legacy;
        case TARGET -> target;
      };
    }

    /// Where sweeps read the legacy store's rows.
    public PostgresAccess swept() {
      return replica.orElse(legacy);
    }
  }

  /// Where it lives, for set-up and its opposite, which may wait: for another set-up, and a new
  /// slot for running transactions.
  public Site site() {
    return new Site(
            plan,
            stores.legacy()::connectForLong,
            stores.target()::connectForLong,
            kafka.clients(),
            kafka.registryClient())
        .retaining(stores.retained());
  }

  /// Which generations there are, as the target says.
  public Generations generations() throws SQLException {
    try (var target = stores.target().connect()) {
      return GenerationTable.read(target, name());
    }
  }

  /// The domains as they are compared: as they are live, and where the target does not answer, as
  /// the spec has them.
  public MigrationPlan compared() {
    try {
      return generations().live(plan);
    } catch (SQLException away) {
      LOG.debug("domains are taken as the spec has them", away);
      return plan;
    }
  }

  public String name() {
    return plan.migration();
  }
}
