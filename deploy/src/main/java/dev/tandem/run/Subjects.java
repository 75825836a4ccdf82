package dev.tandem.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.setup.Step;
import dev.tandem.setup.Step.Place;
import dev.tandem.translate.ContractSchemas;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Divergences;
import dev.tandem.wire.LagReports;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryConfig;
import dev.tandem.wire.SchemaRegistryClient;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;

/// The subjects of a migration that are known before anything is written: those of what others
/// subscribe to. Whoever writes registers what is missing with the first record; set-up does it
/// before, so that a subscriber finds them. Not among them are the rows of the outbox: their
/// schemas follow from what capture meets.
///
/// Where the spec says `auto.register.schemas: false`, nobody here registers anything: what is
/// missing is said, with the request that registers it.
public final class Subjects {
  private final RegistryConfig config;
  private final SchemaRegistryClient registry;
  private final SortedMap<String, Schema> known;

  public Subjects(Migration migration) {
    config = RegistryConfig.of(migration.kafka().registry());
    registry = migration.kafka().registryClient();
    known = known(migration.compared());
  }

  private static SortedMap<String, Schema> known(MigrationPlan plan) {
    var noted = new TreeMap<String, Schema>();
    Registry notes =
        new Registry() {
          @Override
          public int register(String subject, Schema schema) {
            noted.put(subject, schema);
            return noted.size();
          }

          @Override
          public Schema byId(int id) {
            throw new IllegalStateException("nothing is read");
          }
        };
    for (DomainPlan domain : plan.domains()) {
      var topics = domain.topics();
      ContractSchemas.register(domain, notes);
      var _ = new DeadLetters(notes, topics.deadLetter());
      var _ = new Divergences(notes, topics.divergence());
      var _ = new LagReports(notes, topics.reconciliationLag());
    }
    return noted;
  }

  /// What there is and what is missing.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away
  public List<Step> steps() {
    var registered = new HashSet<>(registry.subjects());
    var steps = new ArrayList<Step>();
    known.forEach(
        (subject, schema) ->
            steps.add(
                registered.contains(subject)
                    ? Step.exists(Place.REGISTRY, name(subject), "registered")
                    : Step.toDo(Place.REGISTRY, name(subject), List.of(request(subject, schema)))));
    return steps;
  }

  /// The same after what is missing was registered.
  ///
  /// @throws dev.tandem.wire.RegistryException if the registry is away or refuses a schema
  public List<Step> register() {
    List<Step> steps = steps();
    if (!config.autoRegister()) {
      return steps;
    }
    known.forEach(registry::register);
    return steps.stream().map(Step::done).toList();
  }

  private static String name(String subject) {
    return "subject " + subject;
  }

  private String request(String subject, Schema schema) {
    String body = new ObjectMapper().createObjectNode().put("schema", schema.toString()).toString();
    return "curl -H 'Content-Type: application/vnd.schemaregistry.v1+json' "
        + config.urls().getFirst()
        + "/subjects/"
        + subject
        + "/versions -d '"
        + body.replace("'", "'\\''")
        + "'";
  }
}
