package dev.tandem.contracts;

import dev.tandem.contracts.ContractUse.Read;
import dev.tandem.contracts.ContractUse.Reading;
import dev.tandem.generation.Generations;
import dev.tandem.setup.GenerationTable;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.Topics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Asks Kafka, the registry and the target who reads which version and which are in use. Not
/// thread-safe.
public final class ContractUseReader implements AutoCloseable {
  private final List<EntityContract> contracts;
  private final Target target;
  private final ContractConsumers consumers;
  private final SkewReader skew;

  /// The target database.
  public interface Target {
    /// @throws SQLException if it cannot be reached
    Connection connect() throws SQLException;
  }

  /// @param contracts as the spec has them
  /// @param client properties of Kafka clients
  public ContractUseReader(
      List<EntityContract> contracts,
      Map<String, Object> client,
      Registry registry,
      Target target) {
    this.contracts = List.copyOf(contracts);
    this.target = target;
    consumers = new ContractConsumers(client);
    skew = new SkewReader(client, registry);
  }

  @Override
  public void close() {
    try (skew) {
      consumers.close();
    }
  }

  /// What is not Kafka may be away: then it says why the versions in use are not told.
  ///
  /// @throws org.apache.kafka.common.KafkaException if Kafka does not answer
  public ContractUse read() {
    Optional<VersionSkew> found = Optional.empty();
    Generations generations = Generations.NONE;
    String unknown = "";
    if (!contracts.isEmpty()) {
      try (Connection connection = target.connect()) {
        String migration = contracts.getFirst().topics().migration();
        Generations known = GenerationTable.read(connection, migration);
        generations = known;
        found =
            Optional.of(
                skew.read(
                    contracts,
                    known,
                    generation ->
                        GenerationTable.contractOffsets(connection, migration, generation)));
      } catch (SQLException | RegistryException e) {
        unknown = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      }
    }
    return of(generations, found, unknown);
  }

  private ContractUse of(Generations generations, Optional<VersionSkew> found, String unknown) {
    List<EntityContract> live = contracts.stream().map(it -> it.live(generations)).toList();
    var named = new TreeSet<String>();
    contracts.forEach(contract -> named.addAll(contract.topicByVersion().values()));
    live.forEach(contract -> named.addAll(contract.topicByVersion().values()));
    var domains = contracts.stream().map(EntityContract::topics).distinct().toList();
    consumers.existing(named).stream()
        .filter(topic -> ContractTopic.of(domains, topic).isPresent())
        .forEach(named::add);
    var readings =
        consumers.read(named).stream().map(group -> reading(domains, live, group)).toList();
    return new ContractUse(List.copyOf(named), readings, found, unknown);
  }

  private Reading reading(
      List<Topics> domains, List<EntityContract> live, ContractConsumers.Group group) {
    ContractTopic topic =
        ContractTopic.of(domains, group.topic())
            .orElseThrow(() -> new IllegalStateException("no contract topic " + group.topic()));
    String domain = topic.domain().domain();
    var versions = new HashMap<String, OptionalInt>();
    for (EntityContract contract : live) {
      if (contract.topics().domain().equals(domain)) {
        read(contract, topic).ifPresent(version -> versions.put(contract.entity(), version));
      }
    }
    return new Reading(
        domain,
        group,
        versions.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(it -> new Read(it.getKey(), it.getValue()))
            .toList());
  }

  /// What of an entity is in a topic; nothing where there is nothing of it.
  private Optional<OptionalInt> read(EntityContract live, ContractTopic topic) {
    boolean isLive = topic.translated().equals(live.topics().contract());
    if (topic.name().equals(topic.translated())) {
      OptionalInt made = skew.version(topic.translated(), live.entity());
      return Optional.of(made.isEmpty() && isLive ? OptionalInt.of(live.primary()) : made);
    }
    int version = Integer.parseInt(topic.name().substring(topic.translated().length() + 2));
    boolean isThere =
        isLive
            ? live.published().contains(version)
            : live.contract().folder().versions().containsKey(version);
    return isThere ? Optional.of(OptionalInt.of(version)) : Optional.empty();
  }
}
