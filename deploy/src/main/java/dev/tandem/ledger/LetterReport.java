package dev.tandem.ledger;

import dev.tandem.generation.Generations;
import dev.tandem.ledger.DeadLetterBook.Standing;
import dev.tandem.ledger.DeadLetterBook.Standings;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Topics;
import java.util.Map;
import java.util.function.Predicate;

/// The dead letters of a migration, and what the ledger says of the entities they are of: of what
/// was captured, and of the translations that feed the live tables.
public record LetterReport(String migration, DeadLetterBook book, Standings standings) {
  /// Whose letters are read.
  public record Source(MigrationPlan plan, Map<String, Object> kafka, Generations generations) {
    /// Letters of a domain that the spec does not name any more are of its first translation.
    private boolean isOfLive(StoredLetter stored) {
      return !stored.of().isEmpty()
          || stored.letter().stage() == DeadLetter.Stage.CAPTURE
          || generations.live(stored.letter().domain()).feed().translatedFor()
              == Topics.FIRST_TRANSLATION;
    }
  }

  /// @param most letters that are kept, the newest
  public static LetterReport read(Source source, Predicate<StoredLetter> wanted, int most) {
    var topics = new Topics(source.plan.migration(), "");
    var book = new DeadLetterBook(each -> source.isOfLive(each) && wanted.test(each), most);
    try (var replay = TopicReplay.whole(source.kafka, topics.deadLetter())) {
      replay.toEnd(book::accept);
    }
    for (DomainPlan domain : source.plan.domains()) {
      Topics live = source.generations.live(domain).topics();
      if (!live.isFirstTranslation()) {
        String of = domain.name() + "." + live.translatedFor();
        try (var replay = TopicReplay.whole(source.kafka, live.deadLetter())) {
          replay.toEnd(record -> book.accept(of, record));
        }
      }
    }
    var ledger = new Ledger();
    try (var reader = new LedgerReader(source.kafka, topics.divergence())) {
      reader.toEnd(ledger::accept);
    }
    return new LetterReport(
        source.plan.migration(), book, new Standings(ledger.open(source.generations)));
  }

  /// Whether the entity of a letter differs still.
  public boolean isOpen(StoredLetter stored) {
    return standings.of(stored) == Standing.OPEN;
  }
}
