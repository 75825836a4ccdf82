package dev.tandem.ledger;

import dev.tandem.generation.Generations;
import dev.tandem.job.Discard;
import dev.tandem.ledger.DeadLetterBook.Standings;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The dead letters of a migration, and what the ledger says of the entities they are of: of what
/// was captured, and of the translations that feed the live tables.
///
/// @param discards what operators have dealt with
///
/// @param entities of all letters with which nobody has dealt
public record LetterReport(
    String migration,
    DeadLetterBook book,
    LetterEntities entities,
    Standings standings,
    DiscardBook discards) {
  /// Whose letters are read.
  public record Source(MigrationPlan plan, Map<String, Object> kafka, Generations generations) {
    /// Every letter that is or was of the live tables, to a book that takes those of `isOfLive`.
    public void replay(DeadLetterBook book) {
      try (var replay = TopicReplay.whole(kafka, new Topics(plan.migration(), "").deadLetter())) {
        replay.toEnd(book::accept);
      }
      for (DomainPlan domain : plan.domains()) {
        Topics live = generations.live(domain).topics();
        if (!live.isFirstTranslation()) {
          String of = domain.name() + "." + live.translatedFor();
          try (var replay = TopicReplay.whole(kafka, live.deadLetter())) {
            replay.toEnd(record -> book.accept(of, record));
          }
        }
      }
    }

    /// Letters of a domain that the spec does not name any more are of its first translation.
    public boolean isOfLive(StoredLetter stored) {
      return !stored.of().isEmpty()
          || stored.letter().stage() == DeadLetter.Stage.CAPTURE
          || isOfFirstTranslation(stored.letter().domain());
    }

    /// Whether the first translation of a domain feeds its live tables, and not a later one.
    public boolean isOfFirstTranslation(String domain) {
      return generations.live(domain).feed().translatedFor() == Topics.FIRST_TRANSLATION;
    }

    /// What the ledger says now.
    public Standings standings() {
      var ledger = new Ledger();
      try (var reader = new LedgerReader(kafka, new Topics(plan.migration(), "").divergence())) {
        reader.toEnd(ledger::accept);
      }
      return new Standings(ledger.open(generations));
    }
  }

  /// @param most letters that are kept, the newest
  public static LetterReport read(Source source, Predicate<StoredLetter> wanted, int most) {
    String migration = source.plan.migration();
    var discards = DiscardBook.read(source.kafka, migration);
    var entities = new LetterEntities(each -> discards.of(each).isPresent());
    var book =
        new DeadLetterBook(
            each -> source.isOfLive(each) && wanted.test(each), most, entities::accept);
    source.replay(book);
    return new LetterReport(migration, book, entities, source.standings(), discards);
  }

  /// How an operator has dealt with a letter, if one has.
  public Optional<Discard> discard(StoredLetter stored) {
    return discards.of(stored);
  }

  /// Whether somebody has to look at a letter, be it shown or not: its entity differs still, and
  /// nobody has said that it is dealt with.
  public boolean isAnyDue() {
    return entities.isAnyOpen(standings);
  }

  /// What another try of all of them would be.
  public LetterEntities.Retry retry() {
    return entities.retry(standings);
  }
}
