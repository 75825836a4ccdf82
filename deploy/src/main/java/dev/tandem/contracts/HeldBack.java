package dev.tandem.contracts;

import static dev.tandem.ledger.StoredLetter.name;

import dev.tandem.ledger.DeadLetterBook;
import dev.tandem.ledger.RepairRequests;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.ledger.TopicReplay;
import dev.tandem.wire.DeadLetter;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a reader of one contract topic has not got and a reader of another may have: entities that
/// the one could not take when they changed last, as dead letters say. A reader that goes on in the
/// other behind that change would never see them.
///
/// 1. Of a version's topic, what its letters say was not published as that version.
/// 2. Where the other topic is of another translation, also what this one could not translate.
///
/// Some may have been published since; they come once more.
final class HeldBack {
  private final ContractTopic from;
  private final boolean isOfOther;
  private final Map<ByteBuffer, RepairRequests.Request> entities = new LinkedHashMap<>();
  private boolean unknown;

  HeldBack(ContractTopic from, ContractTopic to) {
    this.from = from;
    this.isOfOther = !from.translated().equals(to.translated());
  }

  /// Reads the letters of the topic's translation.
  void read(Map<String, Object> kafka) {
    var book = new DeadLetterBook(_ -> true, 0, this::accept);
    try (var letters = TopicReplay.whole(kafka, from.translation().deadLetter())) {
      if (letters.exists()) {
        letters.toEnd(book::accept);
      }
    }
  }

  /// Whether letters were left out, so that nobody can say which entities.
  boolean isUnknown() {
    return unknown;
  }

  void accept(StoredLetter stored) {
    if (isHeldBack(stored.letter())) {
      stored.request().ifPresent(it -> entities.put(name(it.domain(), it.contractKey()), it));
      unknown |= stored.letter().isLastOfMinute();
    }
  }

  private boolean isHeldBack(DeadLetter letter) {
    return letter.stage() == DeadLetter.Stage.TRANSLATE
        && letter.domain().equals(from.domain().domain())
        && hasNotGot(letter);
  }

  private boolean hasNotGot(DeadLetter letter) {
    return letter.isOfVersion()
        ? from.version().isPresent() && letter.isOfVersion(from.version().getAsInt())
        : isOfOther;
  }

  /// Each once.
  List<RepairRequests.Request> entities() {
    return List.copyOf(entities.values());
  }
}
