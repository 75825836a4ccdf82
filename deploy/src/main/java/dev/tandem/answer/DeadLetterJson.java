package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.operate.LetterDiscarding;
import dev.tandem.operate.LetterRetrying;
import dev.tandem.wire.DeadLetter;

/// Dead letters, for a program. What a letter holds is not shown, only how much.
public final class DeadLetterJson {
  private DeadLetterJson() {}

  /// Counts of all, and the newest.
  public static ObjectNode of(LetterReport report) {
    ObjectNode root = counted(report);
    var letters = root.putArray("letters");
    report.book().newest().forEach(stored -> letter(letters.addObject(), stored, report));
    return root;
  }

  /// What came of a discard.
  public static ObjectNode discarded(String migration, LetterDiscarding.Outcome outcome) {
    return new ObjectMapper()
        .createObjectNode()
        .put("migration", migration)
        .put("discarded", outcome.discarded())
        .put("differing", outcome.differing());
  }

  /// What came of a retry.
  public static ObjectNode retried(LetterRetrying.Outcome outcome) {
    ObjectNode root = counted(outcome.report());
    var entities = outcome.report().entities();
    root.put("dryRun", outcome.planned())
        .put("requests", outcome.retry().requests().size())
        .put("untranslatable", outcome.retry().refused().size())
        .put("others", outcome.retry().others())
        .put("leftOutCount", entities.namelessCount());
    var letters = root.putArray("leftOut");
    entities.nameless().forEach(it -> letter(letters.addObject(), it, outcome.report()));
    return root;
  }

  /// Counts alone.
  public static ObjectNode counted(LetterReport report) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("migration", report.migration()).put("unreadable", report.book().unreadable());
    var counts = root.putArray("counts");
    report
        .book()
        .counts()
        .forEach(
            (group, count) ->
                counts
                    .addObject()
                    .put("domain", group.domain())
                    .put("entity", group.entity())
                    .put("stage", group.stage().name())
                    .put("count", count));
    return root;
  }

  public static void letter(ObjectNode node, StoredLetter stored, LetterReport report) {
    DeadLetter letter = stored.letter();
    byte[] payload = letter.payload();
    node.put("id", stored.id())
        .put("at", MomentText.of(letter.at()))
        .put("standing", report.standings().of(stored).name())
        .put("stage", letter.stage().name())
        .put("domain", letter.domain())
        .put("entity", letter.entity())
        .put("topic", letter.topic())
        .put("partition", letter.partition())
        .put("offset", letter.offset())
        .put("reason", letter.reason())
        .put("cause", letter.cause())
        .put("payloadBytes", payload == null ? 0 : payload.length);
    report
        .discard(stored)
        .ifPresentOrElse(
            discard ->
                node.putObject("discarded")
                    .put("by", discard.asked().by())
                    .put("why", discard.asked().why())
                    .put("at", MomentText.of(discard.asked().at())),
            () -> node.putNull("discarded"));
  }
}
