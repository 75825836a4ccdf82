package dev.tandem.operate;

import dev.tandem.clients.KafkaClients;
import dev.tandem.ledger.LedgerException;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// Begins the comparison of a domain's live tables anew, from the beginning of both topics: where
/// other fields are compared, a target column has another type, or a newer program keeps another
/// state. What is open is closed in the ledger first, since nobody will know its ids any more; what
/// differs still is found and opened again.
///
/// Done again after it was cut off, it goes on.
public final class ComparisonReset {
  private static final String REASON =
      "the comparison was begun anew; what differs is opened again";

  private final Migration migration;
  private final Clock clock;

  /// What is removed.
  ///
  /// @param closed open divergences of the domain's live tables
  /// @param topics changelogs
  public record Removed(String group, List<String> topics, int closed) {
    public Removed {
      topics = List.copyOf(topics);
    }
  }

  public ComparisonReset(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
  }

  /// What would be removed.
  ///
  /// @throws Refusal if the domain is not known, or its comparison is running
  public Removed plan(String domain) throws SQLException {
    try (var admin = KafkaClients.admin(migration.kafka().objects())) {
      DomainPlan live = live(domain);
      return new Removed(group(live), changelogs(admin, live), of(live).open().size());
    }
  }

  /// @throws Refusal if the domain is not known, or its comparison is running
  public Removed reset(String domain) throws SQLException {
    DomainPlan live = live(domain);
    try (var admin = KafkaClients.admin(migration.kafka().objects())) {
      requireStopped(admin, live);
      // The group first: Kafka refuses that if somebody has joined it meanwhile, and where it is
      // all that is gone, a process goes on with what it has kept.
      deleteGroup(admin, group(live));
      int closed = of(live).close(REASON);
      var topics = changelogs(admin, live);
      if (!topics.isEmpty()) {
        answer(admin.deleteTopics(topics).all(), "deleting changelogs");
      }
      return new Removed(group(live), topics, closed);
    }
  }

  private DomainPlan live(String domain) throws SQLException {
    return migration.generations().live(Domains.named(migration.plan(), domain));
  }

  private LedgerClosing of(DomainPlan live) throws SQLException {
    var generations = migration.generations();
    return new LedgerClosing(
        migration,
        live,
        event -> generations.isOfLive(live.name(), event.context().generation()),
        clock);
  }

  private static String group(DomainPlan live) {
    return live.topics().reconcileApplication();
  }

  private static List<String> changelogs(Admin admin, DomainPlan live) {
    String prefix = group(live) + "-";
    var options = new ListTopicsOptions().listInternal(true);
    return answer(admin.listTopics(options).names(), "listing topics").stream()
        .filter(name -> name.startsWith(prefix) && name.endsWith("-changelog"))
        .sorted()
        .toList();
  }

  private static void requireStopped(Admin admin, DomainPlan live) {
    String group = group(live);
    int members;
    try {
      members =
          answer(admin.describeConsumerGroups(List.of(group)).all(), "describing " + group)
              .values()
              .stream()
              .mapToInt(described -> described.members().size())
              .sum();
    } catch (GroupIdNotFoundException gone) {
      return;
    }
    if (members > 0) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "expected nobody to compare domain "
              + live.name()
              + ", found "
              + members
              + (members == 1 ? " member" : " members")
              + " of group "
              + group
              + "; fix: stop the processes with the role reconcile; Kafka takes one that was killed"
              + " for a member until its session has ended");
    }
  }

  private static void deleteGroup(Admin admin, String group) {
    try {
      answer(admin.deleteConsumerGroups(List.of(group)).all(), "deleting group " + group);
    } catch (GroupIdNotFoundException gone) {
      // Deleted already.
    }
  }

  private static <T> T answer(Future<T> future, String what) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException gone) {
        throw gone;
      }
      var cause = e.getCause() == null ? e : e.getCause();
      throw new LedgerException(what + ": " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException("interrupted while " + what, e);
    }
  }
}
