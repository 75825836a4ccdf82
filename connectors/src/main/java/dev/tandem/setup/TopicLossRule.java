package dev.tandem.setup;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.capture.WrittenBefore;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Whether a topic that is missing was there before: to make it again, empty, would hide what was
/// lost with it. The rule, by what nobody but a reader or writer of that topic leaves behind:
///
/// - where a capture stands: its slot, or records that it wrote; of the legacy store the
///   checkpoints of what was made of them;
/// - an outbox: what capture noted of it, records made of it, the domain's checkpoints; a table
///   that was swept says it too, unless the domain has no topic at all and so is new in the spec;
/// - a contract topic: positions of its translation, and the checkpoints, which name its id;
/// - an observed topic: what capture noted of it, and positions of its comparison.
///
/// A migration or a domain that is new has none of these.
final class TopicLossRule {
  private final List<DomainPlan> domains;
  private final Function<DomainPlan, List<DomainPlan>> translations;
  private final Traces traces;

  /// @param domains each as its live generation has it, and again for another outbox behind that
  /// @param translations of a domain that something is fed from
  TopicLossRule(
      List<DomainPlan> domains,
      Function<DomainPlan, List<DomainPlan>> translations,
      Traces traces) {
    this.domains = List.copyOf(domains);
    this.translations = translations;
    this.traces = traces;
  }

  /// What was found.
  ///
  /// @param slots sides whose slot is there
  /// @param checkpointed domains that have checkpoints
  /// @param topics how many records each topic ever had; only topics that exist
  /// @param positioned consumer groups that have positions
  /// @param written what each side's capture noted
  record Traces(
      Set<Side> slots,
      Set<String> checkpointed,
      Map<String, Long> topics,
      Set<String> positioned,
      Map<Side, WrittenBefore> written) {
    Traces {
      slots = Set.copyOf(slots);
      checkpointed = Set.copyOf(checkpointed);
      topics = Map.copyOf(topics);
      positioned = Set.copyOf(positioned);
      written = Map.copyOf(written);
    }

    private boolean hasRecords(String topic) {
      return topics.getOrDefault(topic, 0L) > 0;
    }

    private boolean wrote(Side side, DomainPlan domain) {
      WrittenBefore before = written.get(side);
      return before != null && before.domains().contains(side.name(domain.topics()));
    }
  }

  /// What was lost with a topic.
  ///
  /// @param lost what shows that it was there, and what is lost with it
  /// @param healer the side whose new epoch makes it again and heals it, if one does
  record Loss(String lost, String fix, Optional<Side> healer) {}

  /// @param topic that is missing
  Optional<Loss> judge(String topic) {
    for (Side side : Side.values()) {
      for (DomainPlan domain : domains) {
        String migration = domain.topics().migration();
        if (new CaptureNames(migration, side).offsets().equals(topic)) {
          return notes(side, migration);
        }
      }
    }
    for (DomainPlan domain : domains) {
      if (domain.topics().outbox().equals(topic)) {
        return outbox(domain);
      }
      if (domain.topics().observed().equals(topic)) {
        return observed(domain);
      }
      for (DomainPlan translation : translations.apply(domain)) {
        if (translation.topics().contract().equals(topic)) {
          return contract(translation);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Loss> notes(Side side, String migration) {
    Optional<String> trace =
        traces.slots.contains(side)
            ? Optional.of(
                "replication slot " + new CaptureNames(migration, side).slot() + " exists")
            : domains.stream()
                .map(domain -> captured(side, domain.topics()))
                .filter(traces::hasRecords)
                .findFirst()
                .map(filled -> "topic " + filled + " has records");
    if (trace.isEmpty() && side == Side.LEGACY && !traces.checkpointed.isEmpty()) {
      trace = Optional.of("tandem.checkpoint has rows of " + migration);
    }
    return trace.map(
        found ->
            new Loss(
                by(found)
                    + "how far the "
                    + side
                    + " store's log was read is not known any more, and an empty topic would hide"
                    + " that",
                "start a new epoch, which sweeps every table again: " + side.newEpoch(),
                Optional.of(side)));
  }

  private static String captured(Side side, Topics topics) {
    return switch (side) {
      case LEGACY -> topics.outbox();
      case TARGET -> topics.observed();
    };
  }

  private Optional<Loss> outbox(DomainPlan domain) {
    Topics topics = domain.topics();
    String trace;
    if (traces.wrote(Side.LEGACY, domain) || isSwept(domain)) {
      trace = "topic " + Topics.offsets(topics.migration()) + " tells of what it held";
    } else if (traces.checkpointed.contains(domain.name())) {
      trace = "tandem.checkpoint has rows of " + domain.name();
    } else if (traces.hasRecords(topics.contract())) {
      trace = "topic " + topics.contract() + " has records";
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Loss(
            by(trace)
                + "the captured changes are lost, and what was made of them does not fit another"
                + " outbox",
            isBeside(domain)
                ? "give the generation up that is fed from it: tandem rebuild SPEC cancel --domain "
                    + domain.name()
                    + " if it is being built, then tandem rebuild SPEC cleanup --domain "
                    + domain.name()
                : "tandem teardown SPEC, then tandem setup SPEC",
            Optional.empty()));
  }

  /// Whether another generation than the live one is fed from that outbox: the live one's stands
  /// first.
  private boolean isBeside(DomainPlan domain) {
    return domains.stream()
        .filter(each -> each.name().equals(domain.name()))
        .findFirst()
        .filter(first -> !first.topics().outbox().equals(domain.topics().outbox()))
        .isPresent();
  }

  private boolean isSwept(DomainPlan domain) {
    WrittenBefore before = traces.written.get(Side.LEGACY);
    Topics topics = domain.topics();
    return before != null
        && (traces.topics.containsKey(topics.contract())
            || traces.topics.containsKey(topics.observed()))
        && domain.tables().stream().anyMatch(table -> before.tables().contains(table.sql()));
  }

  private Optional<Loss> contract(DomainPlan translation) {
    Topics topics = translation.topics();
    String trace;
    if (traces.positioned.contains(topics.translateApplication())) {
      trace = "group " + topics.translateApplication() + " has positions";
    } else if (topics.isFirstTranslation() && traces.checkpointed.contains(translation.name())) {
      trace = "tandem.checkpoint has rows of " + translation.name();
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Loss(
            by(trace) + "what was translated is lost, and would not be translated again",
            translateAgain(translation.name()),
            Optional.empty()));
  }

  /// The command that makes a translation anew, with topics of its own.
  static String translateAgain(String domain) {
    return "tandem rebuild SPEC start --domain "
        + domain
        + " --from outbox, and promote it: that translates the outbox again, into a topic of its own";
  }

  private Optional<Loss> observed(DomainPlan domain) {
    Topics topics = domain.topics();
    String trace;
    if (traces.wrote(Side.TARGET, domain)) {
      trace = "topic " + Topics.observedOffsets(topics.migration()) + " tells of what it held";
    } else if (traces.positioned.contains(topics.reconcileApplication())) {
      trace = "group " + topics.reconcileApplication() + " has positions";
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Loss(
            by(trace) + "what was observed of the target is lost",
            "stop what has the role reconcile; "
                + Side.TARGET.newEpoch()
                + "; tandem reconcile SPEC reset --domain "
                + domain.name()
                + " --why \"the observed topic was lost\"",
            Optional.of(Side.TARGET)));
  }

  private static String by(String trace) {
    return " (" + trace + "): ";
  }
}
