package dev.tandem.status;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetters;
import dev.tandem.wire.Topics;
import dev.tandem.wire.UndecodableException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Counts the dead letters of each domain that concern what is live: of the capture, and of the
/// translation that feeds the live tables. Counts on where it ended. Not thread-safe.
final class DeadLetterCounts {
  private final OutboxTail tail;
  private final Map<Kind, Long> counts = new HashMap<>();

  private record Kind(String topic, String domain, boolean captured) {}

  DeadLetterCounts(OutboxTail tail) {
    this.tail = tail;
  }

  /// By domain.
  ///
  /// @param live domains as their live generations have them
  Map<String, Long> read(List<DomainPlan> live) {
    for (String topic : topics(live)) {
      tail.all(topic, value -> counts.merge(kind(topic, value), 1L, Long::sum));
    }
    var sums = new HashMap<String, Long>();
    for (DomainPlan domain : live) {
      String own = domain.topics().deadLetter();
      counts.forEach(
          (kind, count) -> {
            if (kind.domain.equals(domain.name()) && (kind.captured || kind.topic.equals(own))) {
              sums.merge(domain.name(), count, Long::sum);
            }
          });
    }
    return sums;
  }

  private static Set<String> topics(List<DomainPlan> live) {
    var topics = new LinkedHashSet<String>();
    for (DomainPlan domain : live) {
      topics.add(new Topics(domain.topics().migration(), "").deadLetter());
      topics.add(domain.topics().deadLetter());
    }
    return topics;
  }

  private static Kind kind(String topic, byte[] value) {
    try {
      DeadLetter letter = DeadLetters.decode(value);
      return new Kind(topic, letter.domain(), letter.stage() == DeadLetter.Stage.CAPTURE);
    } catch (UndecodableException e) {
      return new Kind(topic, "", false);
    }
  }
}
