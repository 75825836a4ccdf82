package dev.tandem.ledger;

import dev.tandem.plan.Reconciliation.Orphans;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which of the open divergences a repair is asked for. One request mends all that is wrong with an
/// entity in a partition, so each key is asked for once there; what cannot be translated is not
/// asked for; what a repair would delete is asked for only if orphans may be deleted, and never
/// where the row may be another partition's; and no more than a limit is asked for at once.
///
/// @param requests one for each key, in the order in which the divergences were opened
/// @param passedOver what was selected but is not asked for, with the reason
/// @param more how many keys are left by the limit
public record RepairChoice(List<LedgerEntry> requests, List<PassedOver> passedOver, long more) {
  public RepairChoice {
    requests = List.copyOf(requests);
    passedOver = List.copyOf(passedOver);
  }

  public record PassedOver(LedgerEntry entry, String reason) {}

  /// @param open what is open and selected
  public static RepairChoice of(List<LedgerEntry> open, Orphans orphans, int limit) {
    var requests = new ArrayList<LedgerEntry>();
    var passedOver = new ArrayList<PassedOver>();
    Set<Named> asked = new HashSet<>();
    long more = 0;
    for (LedgerEntry entry : open) {
      Optional<String> obstacle = obstacle(entry, orphans);
      if (obstacle.isPresent()) {
        passedOver.add(new PassedOver(entry, obstacle.get()));
      } else if (asked.add(Named.of(entry.event()))) {
        if (requests.size() < limit) {
          requests.add(entry);
        } else {
          more++;
        }
      }
    }
    return new RepairChoice(requests, passedOver, more);
  }

  /// Why an open divergence is not asked for, if it is not.
  static Optional<String> obstacle(LedgerEntry entry, Orphans orphans) {
    Divergence event = entry.event();
    if (entry.contractKey() == null || event.key().isEmpty()) {
      return Optional.of("its key is not known, so nothing can be asked for");
    }
    if (event.kind() == Kind.UNTRANSLATABLE) {
      return Optional.of("no repair helps: correct the legacy row or the mapping");
    }
    return switch (event.context().remedy()) {
      case Divergence.BACKFILL ->
          Optional.of("only a verification has seen it: run tandem backfill instead");
      case Divergence.BY_HAND ->
          Optional.of(
              "a repair would delete by the key alone, and the row may be another partition's:"
                  + " repair what else is open under this key, else delete it by hand");
      default ->
          orphans == Orphans.REPORT && deletes(event)
              ? Optional.of("a repair deletes a target row: --orphans delete asks for that too")
              : Optional.empty();
    };
  }

  /// Whether a repair may delete what is in the target: orphans of every kind, and what the legacy
  /// side does not have.
  public static boolean deletes(Divergence event) {
    return switch (event.kind()) {
      case UNEXPECTED, DUPLICATE -> true;
      case GHOST -> !event.context().remedy().equals(Divergence.WRITE);
      case MISSING,
          FIELD_MISMATCH,
          LOST_WRITE,
          FOREIGN_WRITE,
          REGRESSED,
          UNTRANSLATABLE,
          UNAPPLIABLE,
          CAPTURE_LOSS ->
          event.target().present() && !event.legacy().present();
    };
  }

  /// What one request is about. Two partitions may have something open under one key, each what it
  /// knows.
  private record Named(String domain, int partition, String entity, List<Divergence.KeyPart> key) {
    static Named of(Divergence event) {
      return new Named(event.domain(), event.context().partition(), event.entity(), event.key());
    }
  }
}
