package dev.tandem.setup;

import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import dev.tandem.setup.Remnant.Kind;
import dev.tandem.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/// What generations beside the live one have in Kafka and its registry: topics of results, the
/// reconciler's state, consumer groups, subjects; and so what translations have that nothing is fed
/// from any more. Made and removed here.
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

  /// Makes those topics of a generation's results that are missing.
  ///
  /// @throws SetupException if one of them is there and not as it should be
  public void make(DomainPlan beside) {
    make(TopicSetting.beside(beside));
  }

  /// Makes those topics that are missing of a generation that begins with an outbox of its own.
  ///
  /// @throws SetupException if one of them is there and not as it should be
  public void makeOutbox(DomainPlan captured) {
    make(List.of(TopicSetting.outbox(captured)));
  }

  /// Makes the topic of what is observed of a generation, where it is missing.
  ///
  /// @param placed the domain as the generation will have it
  /// @throws SetupException if it is there and not as it should be
  public void makeObserved(DomainPlan placed) {
    make(List.of(TopicSetting.observed(placed)));
  }

  /// Makes those topics of the translation that are missing that a generation is fed from.
  ///
  /// @throws SetupException if one of them is there and not as it should be
  public void makeTranslation(DomainPlan fed) {
    make(TopicSetting.translated(fed));
  }

  private void make(List<TopicSetting> settings) {
    var setup = new TopicSetup(kafka, settings);
    var steps = setup.steps();
    var refused = steps.stream().filter(step -> step.is(Step.State.REFUSED)).toList();
    if (!refused.isEmpty()) {
      throw SetupException.refused(refused);
    }
    setup.create(steps.stream().filter(step -> step.is(Step.State.TO_DO)).toList());
  }

  /// Everything that generations of a domain beside the live one have, and the apply of one of
  /// them; and its translation with what compares it, where that feeds no other.
  ///
  /// @param removed the generation that is removed
  /// @param known the generations that there are: nothing is named that those have that are fed
  public List<Remnant> remnants(Generation removed, Generations known) {
    var names = new Names(site.migration(), removed, known);
    Pattern topic = names.topics();
    Pattern group = names.groups();
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

  /// The names of what goes with a generation.
  record Names(String migration, Generation removed, Generations known) {
    Pattern topics() {
      return Pattern.compile(
          own()
              + "((observed|divergence|reconciliation-lag)\\."
              + beside()
              + "|reconcile\\."
              + beside()
              + "-.+-(changelog|repartition)"
              + translation(
                  of ->
                      "|(contract"
                          + of
                          + "(\\.v\\d+)?|repair"
                          + of
                          + (of.isEmpty() ? "" : "|dead-letter" + of)
                          + "|(translate"
                          + of
                          + "|reconcile"
                          + live(of)
                          + ")-.+-(changelog|repartition))")
              + outbox(of -> "|outbox" + of + "|observed" + live(of))
              + ")");
    }

    Pattern groups() {
      return Pattern.compile(
          own()
              + "(reconcile\\."
              + beside()
              + "|apply\\."
              + removed.number()
              + translation(of -> "|translate" + of + "|reconcile" + live(of))
              + ")");
    }

    private String own() {
      return Pattern.quote(migration + "." + removed.domain() + ".");
    }

    /// Numbers of generations none of which stands beside the live one.
    private String beside() {
      var refused = new StringBuilder();
      known
          .beside(removed.domain())
          .ifPresent(it -> refused.append("(?!").append(it.number()).append("(?!\\d))"));
      return refused + "\\d+";
    }

    /// What belongs to the translation of the generation, unless something is fed from that.
    private String translation(UnaryOperator<String> names) {
      int translation = removed.feed().translatedFor();
      boolean used =
          known.fed(removed.domain()).stream()
              .anyMatch(each -> each.feed().translatedFor() == translation);
      return used
          ? ""
          : names.apply(
              translation == Topics.FIRST_TRANSLATION ? "" : Pattern.quote("." + translation));
    }

    /// What belongs to the outbox of the generation, unless something is fed from that.
    private String outbox(UnaryOperator<String> names) {
      int outbox = removed.feed().log().outboxOf();
      boolean used =
          known.fed(removed.domain()).stream()
              .anyMatch(each -> each.feed().log().outboxOf() == outbox);
      return used
          ? ""
          : names.apply(outbox == Topics.FIRST_OUTBOX ? "" : Pattern.quote("." + outbox));
    }

    private static String live(String translation) {
      return translation.isEmpty() ? "" : "\\.live" + translation;
    }
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

  /// @return whether it is gone: a group that has members again is not
  public boolean remove(Remnant remnant) {
    var remnants = new KafkaRemnants(kafka, new OwnNames(site.migration()));
    switch (remnant.kind()) {
      case GROUP -> {
        try {
          remnants.deleteGroup(remnant.name());
        } catch (GroupNotEmptyException joined) {
          return false;
        }
      }
      case TOPIC -> remnants.deleteTopic(remnant.name());
      case SUBJECT -> site.registry().delete(remnant.name());
      case SLOT, PUBLICATION, GENERATION, CHECKPOINTS, SCHEMA, DIRECTORY ->
          throw new IllegalArgumentException(remnant + " is not in Kafka");
    }
    return true;
  }

  @Override
  public void close() {
    kafka.close();
  }
}
