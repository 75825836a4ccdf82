package dev.tandem.ledger;

import dev.tandem.ledger.DeadLetterBook.Standing;
import dev.tandem.ledger.DeadLetterBook.Standings;
import dev.tandem.wire.Topics;
import java.util.Map;
import java.util.function.Predicate;

/// The dead letters of a migration, and what the ledger says of the entities they are of.
public record LetterReport(String migration, DeadLetterBook book, Standings standings) {
  /// @param most letters that are kept, the newest
  public static LetterReport read(
      Map<String, Object> kafka, String migration, Predicate<StoredLetter> wanted, int most) {
    var topics = new Topics(migration, "");
    var book = new DeadLetterBook(wanted, most);
    try (var replay = TopicReplay.whole(kafka, topics.deadLetter())) {
      replay.toEnd(book::accept);
    }
    var ledger = new Ledger();
    try (var reader = new LedgerReader(kafka, topics.divergence())) {
      reader.toEnd(ledger::accept);
    }
    return new LetterReport(migration, book, new Standings(ledger.open()));
  }

  /// Whether the entity of a letter differs still.
  public boolean isOpen(StoredLetter stored) {
    return standings.of(stored) == Standing.OPEN;
  }
}
