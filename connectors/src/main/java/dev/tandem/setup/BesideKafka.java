package dev.tandem.setup;

import dev.tandem.plan.DomainPlan;
import dev.tandem.setup.Remnant.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/// What generations beside the live one have in Kafka and its registry: topics of results, the
/// reconciler's state, consumer groups, subjects. Made and removed here.
public final class BesideKafka implements AutoCloseable {
  private final Site site;
  private final KafkaAdmin kafka;

  private BesideKafka(Site site, KafkaAdmin kafka) {
    this.site = site;
    this.kafka = kafka;
  }

  /// @throws SetupException if Kafka cannot be reached
  public static BesideKafka open(Site site) {
    return new BesideKafka(site, KafkaAdmin.open(site));
  }

  /// What of a generation's topics has to be made, or is not as it should be.
  public List<Step> steps(DomainPlan beside) {
    return new TopicSetup(kafka, TopicSetting.beside(beside)).steps();
  }

  /// Makes the topics that are missing.
  ///
  /// @throws SetupException if one of them is there and not as it should be
  public void make(DomainPlan beside) {
    var setup = new TopicSetup(kafka, TopicSetting.beside(beside));
    var steps = setup.steps();
    var refused = steps.stream().filter(step -> step.is(Step.State.REFUSED)).toList();
    if (!refused.isEmpty()) {
      throw SetupException.refused(refused);
    }
    setup.create(steps.stream().filter(step -> step.is(Step.State.TO_DO)).toList());
  }

  /// Everything that generations of a domain beside the live one have, and the apply of one of
  /// them.
  ///
  /// @param removed number of the generation that is removed
  /// @param fed numbers of those that are being built or are kept: nothing of theirs is named
  public List<Remnant> remnants(DomainPlan domain, int removed, Set<Integer> fed) {
    Pattern topic = topics(site.migration(), domain.name(), fed);
    Pattern group = groups(site.migration(), domain.name(), removed, fed);
    var found = new ArrayList<Remnant>();
    kafka.answer(kafka.client().listGroups().all(), "listing groups").stream()
        .map(each -> each.groupId())
        .filter(name -> group.matcher(name).matches())
        .sorted()
        .forEach(name -> found.add(new Remnant(Kind.GROUP, name, "with its positions")));
    kafka
        .answer(
            kafka.client().listTopics(new ListTopicsOptions().listInternal(true)).names(),
            "listing topics")
        .stream()
        .filter(name -> topic.matcher(name).matches())
        .sorted()
        .forEach(name -> found.add(new Remnant(Kind.TOPIC, name, "with all its records")));
    site.registry().subjects().stream()
        .filter(
            name -> {
              int dash = name.lastIndexOf('-');
              return dash > 0 && topic.matcher(name.substring(0, dash)).matches();
            })
        .sorted()
        .forEach(name -> found.add(new Remnant(Kind.SUBJECT, name, "with all its versions")));
    return found;
  }

  static Pattern topics(String migration, String domain, Set<Integer> fed) {
    return Pattern.compile(
        Pattern.quote(migration + "." + domain + ".")
            + "((observed|divergence|reconciliation-lag)\\."
            + numbers(fed)
            + "|reconcile\\."
            + numbers(fed)
            + "-.+-(changelog|repartition))");
  }

  static Pattern groups(String migration, String domain, int removed, Set<Integer> fed) {
    return Pattern.compile(
        Pattern.quote(migration + "." + domain + ".")
            + "(reconcile\\."
            + numbers(fed)
            + "|apply\\."
            + removed
            + ")");
  }

  private static String numbers(Set<Integer> except) {
    var refused = new StringBuilder();
    except.forEach(number -> refused.append("(?!").append(number).append("(?!\\d))"));
    return refused + "\\d+";
  }

  /// The groups among the remnants that still have members.
  public List<String> busy(List<Remnant> remnants) {
    var groups =
        remnants.stream().filter(each -> each.kind() == Kind.GROUP).map(Remnant::name).toList();
    var busy = new ArrayList<String>();
    kafka
        .client()
        .describeConsumerGroups(groups)
        .describedGroups()
        .forEach(
            (name, asked) -> {
              try {
                if (!kafka.answer(asked, "looking at group " + name).members().isEmpty()) {
                  busy.add(name);
                }
              } catch (GroupIdNotFoundException e) {
                // Gone already.
              }
            });
    return busy;
  }

  /// @throws SetupException if a group has members again
  public void remove(Remnant remnant) {
    var remnants = new KafkaRemnants(kafka, new OwnNames(site.migration()));
    switch (remnant.kind()) {
      case GROUP -> {
        try {
          remnants.deleteGroup(remnant.name());
        } catch (GroupNotEmptyException e) {
          throw new SetupException(
              remnant + " has members; fix: stop what runs it, then clean up again", e);
        }
      }
      case TOPIC -> remnants.deleteTopic(remnant.name());
      case SUBJECT -> site.registry().delete(remnant.name());
      case SLOT, PUBLICATION, GENERATION, CHECKPOINTS, SCHEMA, DIRECTORY ->
          throw new IllegalArgumentException(remnant + " is not in Kafka");
    }
  }

  @Override
  public void close() {
    kafka.close();
  }
}
