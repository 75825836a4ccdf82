package dev.tandem.setup;

import dev.tandem.capture.Side;
import dev.tandem.generation.Generations;
import dev.tandem.setup.Finding.Area;
import dev.tandem.setup.StoreSetup.History;
import dev.tandem.wire.RegistryException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;

/// Looks at everything that a migration stands on, and says of each thing whether it is right.
/// Changes nothing. What cannot be asked is a failure, and the rest is looked at all the same:
/// where a store cannot be reached, or the spec does not fit it, what the spec alone says of
/// topics and tables (not the topics of older versions, nor those of generations beside).
public final class Doctor {
  private final Site site;
  private final List<Finding> findings = new ArrayList<>();
  private boolean ran;
  private boolean observed;

  private Doctor(Site site) {
    this.site = site;
  }

  /// Everything, area by area.
  public static List<Finding> examine(Site site) {
    return new Doctor(site).examine();
  }

  private List<Finding> examine() {
    List<Finding> kafka = kafka();
    List<Finding> target = target();
    legacy();
    findings.addAll(target);
    findings.addAll(kafka);
    registry();
    return List.copyOf(findings);
  }

  private List<Finding> kafka() {
    try (var kafka = KafkaAdmin.open(site)) {
      kafka.requireAnswer();
      Generations generations = generations();
      var topics = new TopicSetup(kafka, TopicSetting.of(site.plan(), generations));
      var trace = new Trace(site, topics, generations);
      ran = trace.inKafka(Side.LEGACY).isPresent();
      observed = trace.inKafka(Side.TARGET).isPresent();
      var traces = new TopicTraces(site, kafka, generations);
      return new KafkaExamination(kafka, topics, traces.judged(topics.steps(), inStores()))
          .findings();
    } catch (SetupException | ApiException e) {
      return List.of(
          Finding.failure(
              Area.KAFKA,
              "Kafka at " + site.bootstrapServers(),
              String.valueOf(e.getMessage()),
              "start it, or correct kafka in the spec"));
    }
  }

  /// Nothing where a store cannot be asked: that is a finding of its own.
  private TopicTraces.InStores inStores() {
    try {
      return TopicTraces.InStores.read(site);
    } catch (SQLException e) {
      return TopicTraces.InStores.NONE;
    }
  }

  /// None where the target cannot be asked: that is a finding of its own; nor where there is only
  /// the sketch of a plan, by which generations cannot be told apart.
  private Generations generations() {
    if (site.isSketch()) {
      return Generations.NONE;
    }
    try (Connection connection = site.target().connect()) {
      return GenerationTable.read(connection, site.migration());
    } catch (SQLException e) {
      return Generations.NONE;
    }
  }

  private List<Finding> target() {
    try (Connection connection = site.target().connect()) {
      var found =
          new ArrayList<>(new TargetExamination(connection, site.targetTables()).findings());
      digestKey(connection).ifPresent(found::add);
      ran |= checkpoints(connection);
      found.addAll(captured(Side.TARGET, connection));
      return found;
    } catch (SQLException e) {
      return List.of(unreachable(Area.TARGET, e));
    }
  }

  /// Nothing where the role may not look: that is a finding already.
  private Optional<Finding> digestKey(Connection connection) {
    try {
      return Optional.of(Finding.of(Area.TARGET, DigestKey.step(connection, site.migration())));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /// Whether there are any, as far as the role may see; that it may not is a finding already.
  private boolean checkpoints(Connection connection) {
    try {
      return TargetSchema.hasCheckpoints(connection, site.migration());
    } catch (SQLException e) {
      return false;
    }
  }

  private void legacy() {
    try (Connection connection = site.legacy().connect()) {
      findings.addAll(captured(Side.LEGACY, connection));
    } catch (SQLException e) {
      findings.add(unreachable(Area.LEGACY, e));
    }
  }

  private List<Finding> captured(Side side, Connection connection) throws SQLException {
    boolean before =
        switch (side) {
          case LEGACY -> ran;
          case TARGET -> observed;
        };
    return new StoreExamination(connection, store(side, connection), site.retained().of(side))
        .findings(before ? History.RAN_BEFORE : History.NEW);
  }

  /// Without generations where the role may not look: that is a finding already.
  private CapturedStore store(Side side, Connection connection) {
    try {
      return site.captured(side, connection);
    } catch (SQLException e) {
      return site.captured(side);
    }
  }

  private void registry() {
    try {
      int subjects = site.registry().subjects().size();
      findings.add(Finding.ok(Area.REGISTRY, "schema registry", subjects + " subjects"));
    } catch (RegistryException e) {
      findings.add(
          Finding.failure(
              Area.REGISTRY,
              "schema registry",
              String.valueOf(e.getMessage()),
              "start it, or correct registry in the spec"));
    }
  }

  private static Finding unreachable(Area area, SQLException failure) {
    return Finding.failure(
        area,
        "database",
        "cannot be asked: " + failure.getMessage(),
        "start it, or correct url, user and password in the spec");
  }
}
