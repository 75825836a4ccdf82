package dev.tandem.job;

import dev.tandem.wire.DeadLetter;
import java.util.List;

/// That an operator has dealt with dead letters. It says nothing of the entities that they are of:
/// what differs stays open until it agrees.
///
/// @param id names it in the control topic
/// @param scope which letters, of those below `upTo`; of no use where `letters` names them
/// @param letters the letters, where each was named
/// @param upTo by partition of each dead-letter topic, the offset below which letters are meant,
///     where none was named: what comes later is not
public record Discard(String id, Asked asked, Scope scope, List<Place> letters, List<Place> upTo) {
  private static final String PREFIX = "discard/";

  /// Who, why and when.
  ///
  /// @param at microseconds since 1970-01-01T00:00Z
  public record Asked(String by, String why, long at) {}

  /// @param domain empty for all
  /// @param entity empty for all
  /// @param stage empty for all
  public record Scope(String domain, String entity, String stage) {
    boolean holds(DeadLetter letter) {
      return (domain.isEmpty() || domain.equals(letter.domain()))
          && (entity.isEmpty() || entity.equals(letter.entity()))
          && (stage.isEmpty() || stage.equals(letter.stage().name()));
    }
  }

  /// In a dead-letter topic.
  ///
  /// @param of `customers.2` in the topic of that translation, empty in the migration's
  public record Place(String of, int partition, long offset) {
    /// Whether it lies before another one of the same partition.
    boolean isBefore(Place end) {
      return of.equals(end.of) && partition == end.partition && offset < end.offset;
    }
  }

  public Discard {
    letters = List.copyOf(letters);
    upTo = List.copyOf(upTo);
  }

  /// Whether a letter is dealt with by it. One that came later is not, even where it stands at such
  /// a place: the topic was lost then, and made again.
  public boolean covers(Place place, DeadLetter letter) {
    boolean was = letter.at() <= asked.at;
    boolean meant =
        letters.contains(place) || scope.holds(letter) && upTo.stream().anyMatch(place::isBefore);
    return was && meant;
  }

  /// The key in the control topic.
  public String key() {
    return PREFIX + id;
  }

  /// Whether a key of the control topic is one of these.
  public static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }
}
