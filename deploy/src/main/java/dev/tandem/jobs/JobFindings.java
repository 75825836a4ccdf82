package dev.tandem.jobs;

import dev.tandem.job.JobOrder;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.State;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the ledger says of the entities in a job's scope: what is open, and what was opened since
/// the job began and has been closed. Of a condition on legacy rows the ledger knows nothing: what
/// is open of an entity is in scope whichever row it is of. What was opened after a verification
/// had come to its end is none of its findings. Not thread-safe.
public final class JobFindings {
  private final JobOrder order;
  private final long until;

  /// The last event of what is open, by id, in the order in which it was opened.
  private final Map<String, LedgerEntry> open = new LinkedHashMap<>();

  /// What was opened since the job began and is closed, by id.
  private final Map<String, Closed> closed = new HashMap<>();

  private record Closed(Kind kind, boolean byRepair, String tenant) {}

  /// @param until when a verification had come to its end, microseconds since 1970-01-01T00:00Z, 0
  ///     if it has not
  public JobFindings(JobOrder order, long until) {
    this.order = order;
    this.until = until == 0 ? Long.MAX_VALUE : until;
  }

  /// Takes the next event; events of one id come in their order.
  void accept(LedgerEntry entry) {
    Divergence event = entry.event();
    if (!isMeant(event)) {
      return;
    }
    if (event.state() != State.CLOSED) {
      open.put(event.id(), entry);
      return;
    }
    open.remove(event.id());
    if (event.context().openedAt() >= order.asked().begun()) {
      closed.put(
          event.id(), new Closed(event.kind(), event.context().attempts() > 0, event.tenant()));
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
    return open.values().stream().filter(it -> it.event().context().attempts() > 0).count();
  }

  /// Open, and what no repair can close: what a sweep alone saw has to be swept into translation
  /// too, and what cannot be translated has to be mended in the legacy store or the mapping.
  public long notRepairable() {
    return open.values().stream()
        .map(it -> it.event().kind())
        .filter(kind -> kind == Kind.CAPTURE_LOSS || kind == Kind.UNTRANSLATABLE)
        .count();
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
