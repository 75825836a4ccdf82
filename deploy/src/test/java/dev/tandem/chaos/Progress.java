package dev.tandem.chaos;

import dev.tandem.chaos.Fleet.Party;
import dev.tandem.demo.Workload;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.run.Role;
import dev.tandem.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// How far each role is in each partition of some domains that a load changes all the time: of
/// capture and translation the end of what readers see of the outbox and of the contract topic, of
/// apply the watermark, of reconciliation how far its group has read the target. Not thread-safe.
final class Progress implements AutoCloseable {
  /// Domains of the shop that its load changes all the time.
  static final Set<String> OF_SHOP = Set.of("customers", "orders");

  private static final int PATIENCE = 3_000;

  private final List<DomainPlan> domains;
  private final Workload.Connector target;
  private final Admin admin;

  /// @param busy names of domains
  Progress(Migration migration, Set<String> busy, Workload.Connector target) {
    this.domains =
        migration.plan().domains().stream().filter(it -> busy.contains(it.name())).toList();
    this.target = target;
    var kafka = new HashMap<String, Object>(migration.kafka().objects());
    kafka.put("request.timeout.ms", PATIENCE - 1_000);
    kafka.put("default.api.timeout.ms", PATIENCE);
    this.admin = Admin.create(kafka);
  }

  /// By a name for each partition.
  ///
  /// @throws Exception if who knows it does not answer
  Map<String, Long> of(Role role) throws Exception {
    return switch (role) {
      case CAPTURE -> ends(Topics::outbox);
      case TRANSLATE -> ends(Topics::contract);
      case APPLY -> applied();
      case RECONCILE -> reconciled();
      case SERVE -> Map.of();
    };
  }

  /// Ends of what readers of committed records see.
  private Map<String, Long> ends(Function<Topics, String> topic) throws Exception {
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (DomainPlan domain : domains) {
      for (int partition = 0; partition < domain.partitions(); partition++) {
        asked.put(new TopicPartition(topic.apply(domain.topics()), partition), OffsetSpec.latest());
      }
    }
    var ends = new HashMap<String, Long>();
    admin
        .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
        .all()
        .get(PATIENCE, TimeUnit.MILLISECONDS)
        .forEach((partition, end) -> ends.put(partition.toString(), end.offset()));
    return ends;
  }

  private Map<String, Long> reconciled() throws Exception {
    var all = new HashMap<String, Long>();
    for (DomainPlan domain : domains) {
      admin
          .listConsumerGroupOffsets(domain.topics().reconcileApplication())
          .partitionsToOffsetAndMetadata()
          .get(PATIENCE, TimeUnit.MILLISECONDS)
          .forEach(
              (partition, offset) -> {
                if (offset != null && partition.topic().equals(domain.topics().observed())) {
                  all.put(partition.toString(), offset.offset());
                }
              });
    }
    return all;
  }

  private Map<String, Long> applied() throws Exception {
    var all = new HashMap<String, Long>();
    try (var connection = target.open();
        var statement =
            connection.prepareStatement(
                "SELECT domain, partition, outbox_offset FROM tandem.checkpoint WHERE domain = ANY"
                    + " (?)")) {
      statement.setArray(
          1, connection.createArrayOf("text", domains.stream().map(DomainPlan::name).toArray()));
      statement.setQueryTimeout(PATIENCE / 1_000);
      var rows = statement.executeQuery();
      while (rows.next()) {
        all.put(Party.TARGET + rows.getString(1) + rows.getInt(2), rows.getLong(3));
      }
    }
    return all;
  }

  @Override
  public void close() {
    admin.close();
  }
}
