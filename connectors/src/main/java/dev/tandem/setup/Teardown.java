package dev.tandem.setup;

import dev.tandem.setup.Remnant.Kind;
import dev.tandem.wire.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/// Takes away what set-up and the roles made: slot and publication, generations beside the live
/// one, checkpoints and schema, groups, topics, registry subjects and local state. Never the tables
/// that the spec names. Each thing is named
/// before it is removed; what fails stays and is said, and can be removed by another run.
public final class Teardown {
  private final Site site;
  private final Optional<Path> state;
  private final OwnNames own;
  private final StoreRemnants stores;

  /// @param state the state directory of the roles, if local state is to be removed as well
  public Teardown(Site site, Optional<Path> state) {
    this.site = site;
    this.state = state;
    this.own = new OwnNames(site.migration());
    this.stores = new StoreRemnants(site);
  }

  /// What to do with a session that reads the slot.
  public enum Readers {
    /// It is somebody's running migration: refuse.
    LEAVE,
    TERMINATE
  }

  /// What exists. A place that cannot be looked at is said, and the others are looked at.
  public Remnants list() {
    var found = new ArrayList<Remnant>();
    var unseen = new ArrayList<String>();
    look("legacy store", stores::inLegacy, found, unseen);
    look("target store", stores::inTarget, found, unseen);
    look("Kafka", this::inKafka, found, unseen);
    look("schema registry", this::inRegistry, found, unseen);
    found.addAll(inDirectory());
    return new Remnants(found, unseen);
  }

  /// Removes what was listed, in order.
  ///
  /// @throws SetupException before anything was removed, if the slot is being read and that is to
  ///     be left so
  public List<Removal> remove(Remnants remnants, Readers readers) {
    try {
      var read = readers == Readers.LEAVE ? stores.slotsBeingRead(remnants) : List.<String>of();
      if (!read.isEmpty()) {
        throw new SetupException(
            "replication slot "
                + String.join(", ", read)
                + " is being read; nothing was removed. fix: stop tandem run, or add --force");
      }
    } catch (SQLException e) {
      throw new SetupException("looking for readers of the slots: " + e.getMessage(), e);
    }
    return remnants.found().stream().map(this::remove).toList();
  }

  private Removal remove(Remnant remnant) {
    try {
      switch (remnant.kind()) {
        case SLOT -> stores.dropSlot(remnant.name());
        case PUBLICATION -> stores.dropPublication(remnant.name());
        case GENERATION -> stores.dropGeneration(remnant.name());
        case CHECKPOINTS -> stores.deleteCheckpoints();
        case SCHEMA -> stores.dropSchema();
        case GROUP -> kafka(kafka -> kafka.deleteGroup(remnant.name()));
        case TOPIC -> kafka(kafka -> kafka.deleteTopic(remnant.name()));
        case SUBJECT -> site.registry().delete(remnant.name());
        case DIRECTORY -> delete(Path.of(remnant.name()));
      }
      return new Removal(remnant, "");
    } catch (GroupNotEmptyException e) {
      return new Removal(remnant, "it has members; fix: stop tandem run, then tear down again");
    } catch (SQLException | IOException | SetupException | ApiException | RegistryException e) {
      return new Removal(remnant, String.valueOf(e.getMessage()));
    }
  }

  private interface Look {
    List<Remnant> found() throws SQLException;
  }

  private static void look(String place, Look look, List<Remnant> found, List<String> unseen) {
    try {
      found.addAll(look.found());
    } catch (SQLException | SetupException | ApiException | RegistryException e) {
      unseen.add(place + ": " + e.getMessage());
    }
  }

  private List<Remnant> inKafka() {
    try (var kafka = KafkaAdmin.open(site)) {
      return new KafkaRemnants(kafka, own).found();
    }
  }

  private interface KafkaWork {
    void with(KafkaRemnants kafka);
  }

  private void kafka(KafkaWork work) {
    try (var kafka = KafkaAdmin.open(site)) {
      work.with(new KafkaRemnants(kafka, own));
    }
  }

  private List<Remnant> inRegistry() {
    return site.registry().subjects().stream()
        .filter(own::isSubject)
        .sorted()
        .map(subject -> new Remnant(Kind.SUBJECT, subject, "with all its versions"))
        .toList();
  }

  /// Of the state directory only what is the migration's.
  private List<Remnant> inDirectory() {
    return state
        .map(directory -> directory.resolve(site.migration()))
        .filter(Files::isDirectory)
        .map(own -> List.of(new Remnant(Kind.DIRECTORY, own.toString(), "local state")))
        .orElse(List.of());
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
