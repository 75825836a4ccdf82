package dev.tandem.ledger;

import dev.tandem.ledger.DeadLetterBook.Standings;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The entities of letters that nobody has dealt with, each once, however many letters it has, with
/// what asks for another try of it. Letters themselves are not kept, for they may be many, but of
/// those that name no entity the newest. Not thread-safe.
public final class LetterEntities {
  private static final int MOST_NAMELESS = 100;

  private final Predicate<StoredLetter> isDealtWith;
  private final Map<ByteBuffer, RepairRequests.Request> requests = new LinkedHashMap<>();
  private final ArrayDeque<StoredLetter> nameless = new ArrayDeque<>();
  private long namelessCount;

  /// What a retry would do.
  ///
  /// @param requests one for each entity that differs still and that another try may help
  /// @param refused one for each entity that differs since its legacy rows cannot be translated:
  /// the
  ///     same mapping would refuse it again
  /// @param others entities that differ in a way that another try would not mend, or would mend by
  ///     deleting what is in the target, as [RepairChoice] tells
  public record Retry(
      List<RepairRequests.Request> requests, List<RepairRequests.Request> refused, long others) {
    public Retry {
      requests = List.copyOf(requests);
      refused = List.copyOf(refused);
    }

    /// The same with what the mapping refused among what is asked for.
    public Retry withRefused() {
      return new Retry(
          Stream.concat(requests.stream(), refused.stream()).toList(), List.of(), others);
    }
  }

  LetterEntities(Predicate<StoredLetter> isDealtWith) {
    this.isDealtWith = isDealtWith;
  }

  void accept(StoredLetter stored) {
    if (isDealtWith.test(stored)) {
      return;
    }
    stored
        .request()
        .ifPresentOrElse(
            it -> requests.put(StoredLetter.name(it.domain(), it.contractKey()), it),
            () -> {
              namelessCount++;
              nameless.add(stored);
              if (nameless.size() > MOST_NAMELESS) {
                nameless.removeFirst();
              }
            });
  }

  /// Whether an entity differs still.
  boolean isAnyOpen(Standings standings) {
    return requests.keySet().stream().anyMatch(standings::isOpen);
  }

  Retry retry(Standings standings) {
    var wanted = new ArrayList<RepairRequests.Request>();
    var refused = new ArrayList<RepairRequests.Request>();
    long others = 0;
    for (var each : requests.entrySet()) {
      if (standings.isUntranslatable(each.getKey())) {
        refused.add(each.getValue());
      } else if (standings.isOther(each.getKey())) {
        others++;
      } else if (standings.isOpen(each.getKey())) {
        wanted.add(each.getValue());
      }
    }
    return new Retry(wanted, refused, others);
  }

  /// How many letters name no entity that could be asked for.
  public long namelessCount() {
    return namelessCount;
  }

  /// The newest of those, at most a hundred, the newest last.
  public List<StoredLetter> nameless() {
    return List.copyOf(nameless);
  }
}
