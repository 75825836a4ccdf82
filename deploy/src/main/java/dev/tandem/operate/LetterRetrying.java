package dev.tandem.operate;

import dev.tandem.generation.Generations;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.RepairRequests;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.run.Migration;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Has the current record of what dead letters are of forwarded once more, where it differs still
/// and nobody has discarded the letter: once for each entity, however many letters it has. It
/// reaches the target through the usual way.
public final class LetterRetrying {
  /// Letters that are looked at.
  private static final int MOST = 100_000;

  private final Migration migration;

  /// What came of it.
  ///
  /// @param requests entities that are asked for
  /// @param leftOut letters whose legacy row has to come once more
  /// @param planned whether nothing was asked for yet
  public record Outcome(
      LetterReport report, int requests, List<StoredLetter> leftOut, boolean planned) {
    public Outcome {
      leftOut = List.copyOf(leftOut);
    }
  }

  public LetterRetrying(Migration migration) {
    this.migration = migration;
  }

  /// What a retry would ask for.
  public Outcome plan(LetterDiscarding.Choice choice) throws SQLException {
    var found = find(choice);
    return new Outcome(found.report, found.requests.size(), found.leftOut, true);
  }

  /// Asks, and returns once that is durable.
  public Outcome retry(LetterDiscarding.Choice choice) throws SQLException {
    var found = find(choice);
    if (!found.requests.isEmpty()) {
      try (var sender =
          new RepairRequests(
              migration.kafka().objects(),
              it -> found.generations.topics(migration.name(), it))) {
        sender.sendAll(found.requests);
      }
    }
    return new Outcome(found.report, found.requests.size(), found.leftOut, false);
  }

  private record Found(
      Generations generations,
      LetterReport report,
      List<RepairRequests.Request> requests,
      List<StoredLetter> leftOut) {}

  private Found find(LetterDiscarding.Choice choice) throws SQLException {
    Generations generations = migration.generations();
    var report =
        LetterReport.read(
            new LetterReport.Source(migration.plan(), migration.kafka().objects(), generations),
            choice::holds,
            MOST);
    var requests = new LinkedHashMap<ByteBuffer, RepairRequests.Request>();
    var leftOut = new ArrayList<StoredLetter>();
    for (StoredLetter stored : report.book().newest()) {
      if (report.discard(stored).isPresent()) {
        continue;
      }
      var request = stored.request();
      if (request.isEmpty()) {
        leftOut.add(stored);
      } else if (report.isOpen(stored)) {
        var wanted = request.get();
        requests.put(StoredLetter.name(wanted.domain(), wanted.contractKey()), wanted);
      }
    }
    return new Found(generations, report, List.copyOf(requests.values()), leftOut);
  }
}
