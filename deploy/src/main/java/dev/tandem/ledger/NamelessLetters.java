package dev.tandem.ledger;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Topics;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The dead letters of which nobody knows whose they are: what capture gave up on, and what was
/// given up on later without a key. What such a record said of its entity took no part in any
/// verdict, and nothing in the ledger stands for it. So a domain that has one counts as not
/// compared, until somebody has said that it is dealt with ([DiscardBook]): no later record can be
/// known to heal it. Not thread-safe.
public final class NamelessLetters {
  private final Map<String, Long> counts = new TreeMap<>();

  /// Whether nobody knows whose it is.
  static boolean isNameless(DeadLetter letter) {
    byte[] key = letter.key();
    return letter.stage() == DeadLetter.Stage.CAPTURE || key == null || key.length == 0;
  }

  /// Takes a letter that nobody has dealt with.
  void accept(DeadLetter letter) {
    if (isNameless(letter)) {
      counts.merge(letter.domain(), 1L, Long::sum);
    }
  }

  /// Which of these domains are not compared wholly.
  List<Uncompared> among(Collection<DomainPlan> domains) {
    return domains.stream()
        .map(DomainPlan::name)
        .filter(counts::containsKey)
        .map(domain -> new Uncompared(domain, reason(domain, counts.getOrDefault(domain, 0L))))
        .toList();
  }

  private static String reason(String domain, long count) {
    return count
        + (count == 1 ? " dead letter does" : " dead letters do")
        + " not say whose, so that nothing in the ledger stands for it; fix: see 'tandem"
        + " dead-letters SPEC --domain "
        + domain
        + "', then 'tandem verify', and discard what is dealt with";
  }

  /// Which of these domains have such letters now; none where there are no topics yet.
  public static List<Uncompared> read(LetterReport.Source source, Collection<DomainPlan> domains) {
    String migration = source.plan().migration();
    String topic = new Topics(migration, "").deadLetter();
    try (var replay = TopicReplay.whole(source.kafka(), topic)) {
      if (!replay.exists()) {
        return List.of();
      }
    }
    var discards = DiscardBook.read(source.kafka(), migration);
    var letters = new NamelessLetters();
    source.replay(
        new DeadLetterBook(
            stored -> {
              if (source.isOfLive(stored) && discards.of(stored).isEmpty()) {
                letters.accept(stored.letter());
              }
              return false;
            },
            1));
    return letters.among(domains);
  }
}
