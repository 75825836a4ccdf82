package dev.tandem.operate;

import dev.tandem.job.Discard;
import dev.tandem.job.Discard.Place;
import dev.tandem.job.Discard.Scope;
import dev.tandem.ledger.DeadLetterBook;
import dev.tandem.ledger.DeadLetterBook.Standing;
import dev.tandem.ledger.DiscardBook;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.run.Migration;
import dev.tandem.wire.DeadLetter.Stage;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/// Says of dead letters that they are dealt with, by whom and why. What is refused is refused
/// before anything is written.
public final class LetterDiscarding {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS").withZone(ZoneOffset.UTC);

  /// Letters that can be named one by one.
  private static final int MOST_NAMED = 10_000;

  private final Migration migration;
  private final Clock clock;

  /// Which letters are meant.
  ///
  /// @param ids as they are listed; empty for all that the rest says
  public record Choice(
      Set<String> ids, Optional<String> domain, Optional<String> entity, Optional<Stage> stage) {
    public Choice {
      ids = Set.copyOf(ids);
    }

    public boolean holds(StoredLetter stored) {
      return (ids.isEmpty() || ids.contains(stored.id()))
          && domain.map(stored.letter().domain()::equals).orElse(true)
          && entity.map(stored.letter().entity()::equals).orElse(true)
          && stage.map(stored.letter().stage()::equals).orElse(true);
    }
  }

  /// What was done.
  ///
  /// @param discarded letters that were not dealt with before
  /// @param differing those of them whose entity differs still: their divergences stay open
  public record Outcome(long discarded, long differing) {}

  public LetterDiscarding(Migration migration, Clock clock) {
    this.migration = migration;
    this.clock = clock;
  }

  /// @throws Refusal if a letter that is named is not there
  public Outcome discard(Choice choice, String by, String why) throws SQLException {
    if (why.isBlank()) {
      throw Refusal.wrong("--why: say why the letters are dealt with");
    }
    var found = find(choice);
    if (found.fresh > 0) {
      for (var discard : made(choice, found, new Discard.Asked(by, why, now()))) {
        DiscardBook.write(
            migration.kafka().objects(),
            migration.name(),
            migration.kafka().registryClient(),
            discard);
      }
    }
    return new Outcome(found.fresh, found.differing);
  }

  /// What a discard would do.
  ///
  /// @throws Refusal if a letter that is named is not there
  public Outcome plan(Choice choice) throws SQLException {
    var found = find(choice);
    return new Outcome(found.fresh, found.differing);
  }

  /// A partition of a dead-letter topic.
  private record Letters(String of, int partition) {}

  /// What the topics hold of a choice. Letters are counted and not kept, for they may be many.
  private static final class Found {
    private final Map<Scope, Map<Letters, Long>> ends = new HashMap<>();
    private final Set<Place> named = new LinkedHashSet<>();
    private final Set<String> missing;
    private long fresh;
    private long differing;

    Found(Choice choice) {
      missing = new TreeSet<>(choice.ids);
    }
  }

  private Found find(Choice choice) throws SQLException {
    if (choice.ids.size() > MOST_NAMED) {
      throw Refusal.wrong(
          "expected at most " + MOST_NAMED + " letters by name, found " + choice.ids.size());
    }
    Map<String, Object> kafka = migration.kafka().objects();
    var source = new LetterReport.Source(migration.plan(), kafka, migration.generations());
    var standings = source.standings();
    var discards = DiscardBook.read(kafka, migration.name());
    var found = new Found(choice);
    var book =
        new DeadLetterBook(
            stored -> {
              if (source.isOfLive(stored) && choice.holds(stored)) {
                found
                    .ends
                    .computeIfAbsent(scope(choice, stored, source), _ -> new HashMap<>())
                    .merge(
                        new Letters(stored.of(), stored.partition()),
                        stored.offset() + 1,
                        Math::max);
                found.missing.remove(stored.id());
                if (discards.of(stored).isEmpty()) {
                  found.fresh++;
                  found.differing += standings.of(stored) == Standing.OPEN ? 1 : 0;
                  if (!choice.ids.isEmpty()) {
                    found.named.add(new Place(stored.of(), stored.partition(), stored.offset()));
                  }
                }
              }
              return false;
            },
            1);
    source.replay(book);
    if (!found.missing.isEmpty()) {
      throw new Refusal(
          Refusal.Kind.UNKNOWN,
          "expected letters as dead-letters list names them, found no "
              + String.join(", ", found.missing));
    }
    return found;
  }

  /// What a discard may say of a letter, so that it covers none of another translation than the one
  /// that is live: in the migration's topic letters of capture stand between those of the first
  /// one, which is live in one domain and not in another.
  private static Scope scope(Choice choice, StoredLetter stored, LetterReport.Source source) {
    String domain = stored.letter().domain();
    String entity = choice.entity.orElse("");
    boolean isShared = stored.of().isEmpty();
    if (isShared && !source.isOfFirstTranslation(domain)) {
      return new Scope(domain, entity, Stage.CAPTURE.name());
    }
    String stage = choice.stage.map(Stage::name).orElse("");
    return new Scope(isShared ? domain : choice.domain.orElse(""), entity, stage);
  }

  private List<Discard> made(Choice choice, Found found, Discard.Asked asked) {
    if (!choice.ids.isEmpty()) {
      var none = new Scope("", "", "");
      return List.of(new Discard(id(), asked, none, List.copyOf(found.named), List.of()));
    }
    var discards = new ArrayList<Discard>();
    found.ends.forEach(
        (scope, ends) -> {
          var upTo = new ArrayList<Place>();
          ends.forEach((letters, end) -> upTo.add(new Place(letters.of, letters.partition, end)));
          discards.add(new Discard(id(), asked, scope, List.of(), upTo));
        });
    return discards;
  }

  private String id() {
    return String.format(
        Locale.ROOT,
        "%s-%08x",
        STAMP.format(clock.instant()),
        ThreadLocalRandom.current().nextInt());
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
