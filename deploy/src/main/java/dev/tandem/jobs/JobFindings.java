package dev.tandem.jobs;

import dev.tandem.job.JobOrder;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the ledger says of the entities in a job's scope: what is open, and what was opened since
/// the job began and has been closed. Of a condition on legacy rows the ledger knows nothing: what
/// is open of an entity is in scope whichever row it is of. What was opened after the job had come
/// to its end is none of its findings. Not thread-safe.
public final class JobFindings {
  private final JobOrder order;
  private long until = Long.MAX_VALUE;

  /// How what is open stands, by id, in the order in which it was opened.
  private final Map<String, LedgerEntry> open = new LinkedHashMap<>();

  /// What was opened since the job began and is closed, by id.
  private final Map<String, Closed> closed = new HashMap<>();

  /// The ids for which a repair was asked for, by itself or by hand.
  private final Set<String> repaired = new HashSet<>();

  private record Closed(Kind kind, boolean byRepair, String tenant, long openedAt) {}

  public JobFindings(JobOrder order) {
    this.order = order;
  }

  /// Says when the job had come to its end.
  ///
  /// @param moment microseconds since 1970-01-01T00:00Z; 0 if it has not
  /// @return whether it goes on after all: then what is open has to be taken once more
  boolean endedAt(long moment) {
    long end = moment == 0 ? Long.MAX_VALUE : moment;
    open.values().removeIf(entry -> entry.event().context().openedAt() > end);
    closed.values().removeIf(each -> each.openedAt > end);
    boolean goesOn = end > until;
    until = end;
    return goesOn;
  }

  /// Takes the next event; events of one id come in their order.
  void accept(LedgerEntry entry) {
    Divergence event = entry.event();
    if (!isMeant(event)) {
      return;
    }
    if (event.state() == State.REPAIRING || event.context().attempts() > 0) {
      repaired.add(event.id());
    }
    if (event.state() != State.CLOSED) {
      open.merge(event.id(), entry, Ledger::after);
      return;
    }
    open.remove(event.id());
    boolean byRepair = repaired.remove(event.id());
    long openedAt = event.context().openedAt();
    if (openedAt >= order.asked().begun()) {
      closed.put(event.id(), new Closed(event.kind(), byRepair, event.tenant(), openedAt));
    }
  }

  private boolean isMeant(Divergence event) {
    return event.domain().equals(order.domain())
        && event.context().openedAt() <= until
        && order.scope().includes(event.entity())
        && (order.scope().tenant().isEmpty() || order.scope().tenant().equals(event.tenant()));
  }

  /// How many were found, by kind, whether they are open or closed by now.
  public Map<Kind, Long> byKind() {
    var counts = new EnumMap<Kind, Long>(Kind.class);
    open.values().forEach(entry -> counts.merge(entry.event().kind(), 1L, Long::sum));
    closed.values().forEach(each -> counts.merge(each.kind, 1L, Long::sum));
    return counts;
  }

  public long count() {
    return open.size() + (long) closed.size();
  }

  public List<LedgerEntry> open() {
    return List.copyOf(open.values());
  }

  public long closedByRepair() {
    return closed.values().stream().filter(Closed::byRepair).count();
  }

  /// Closed by a later change, or by a sweep.
  public long closedOtherwise() {
    return closed.size() - closedByRepair();
  }

  /// Open although a repair was asked for.
  public long notHelped() {
    return open.keySet().stream().filter(repaired::contains).count();
  }

  /// Open, and what no repair can close: what a sweep alone saw has to be swept into translation
  /// too, what cannot be translated has to be mended in the legacy store or the mapping, and what
  /// nobody knows the partition of by hand.
  public long notRepairable() {
    return open.values().stream().filter(it -> isBeyondRepair(it.event())).count();
  }

  private static boolean isBeyondRepair(Divergence event) {
    String remedy = event.context().remedy();
    return event.kind() == Kind.CAPTURE_LOSS
        || event.kind() == Kind.UNTRANSLATABLE
        || remedy.equals(Divergence.BACKFILL)
        || remedy.equals(Divergence.BY_HAND);
  }

  /// Whose entities are among them.
  public Set<String> tenants() {
    var tenants = new TreeSet<String>();
    open.values().forEach(entry -> tenants.add(entry.event().tenant()));
    closed.values().forEach(each -> tenants.add(each.tenant));
    tenants.remove("");
    return tenants;
  }

  /// Whether a backfill is needed: changes of the legacy store that capture never saw.
  public boolean needsBackfill() {
    return open.values().stream()
        .map(it -> it.event().kind())
        .anyMatch(kind -> kind == Kind.CAPTURE_LOSS || kind == Kind.GHOST);
  }
}
