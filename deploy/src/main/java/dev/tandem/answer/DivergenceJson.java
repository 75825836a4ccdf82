package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.DivergenceReport;
import dev.tandem.ledger.EventTally;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.ledger.Uncompared;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.Position;
import java.util.List;
import java.util.Map;

/// Divergences for a program. Moments are in ISO 8601, null where they are not known.
public final class DivergenceJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final TargetQuery queries;

  public DivergenceJson(TargetQuery queries) {
    this.queries = queries;
  }

  /// Everything that is open.
  public ObjectNode open(String migration, DivergenceReport report) {
    return open(migration, report, report.open().size());
  }

  /// Counts of everything that is open, and the oldest of it.
  ///
  /// @param limit how many are shown
  public ObjectNode open(String migration, DivergenceReport report, int limit) {
    var root = root(migration, report.open());
    var list = root.putArray("divergences");
    report.open().stream().limit(limit).forEach(entry -> list.add(event(entry)));
    return ended(root, report);
  }

  /// Counts of all events, and the newest of each kind.
  public ObjectNode events(String migration, DivergenceReport report) {
    EventTally tally = report.tally();
    var root = root(migration, report.open());
    var counts = root.putObject("events");
    var newest = root.putArray("newest");
    tally
        .counts()
        .forEach(
            (kind, states) -> {
              var node = counts.putObject(kind.name());
              states.forEach((state, count) -> node.put(state.name(), count));
              tally.samples(kind).forEach(entry -> newest.add(event(entry)));
            });
    return ended(root, report);
  }

  private static ObjectNode ended(ObjectNode root, DivergenceReport report) {
    root.put("compared", report.isCompared());
    uncompared(root, report.uncompared());
    return root.put("unreadable", report.unreadable());
  }

  private static ObjectNode root(String migration, List<LedgerEntry> open) {
    var root = MAPPER.createObjectNode();
    root.put("migration", migration);
    root.put("open", open.size());
    kinds(root.putObject("openByKind"), Ledger.byKind(open));
    return root;
  }

  /// Of which domains an empty ledger proves nothing.
  public static void uncompared(ObjectNode node, List<Uncompared> uncompared) {
    var list = node.putArray("notCompared");
    uncompared.forEach(
        it -> list.addObject().put("domain", it.domain()).put("reason", it.reason()));
  }

  public static void kinds(ObjectNode node, Map<Kind, Long> counts) {
    counts.forEach((kind, count) -> node.put(kind.name(), count));
  }

  /// One event.
  public ObjectNode event(LedgerEntry entry) {
    Divergence event = entry.event();
    var node = MAPPER.createObjectNode();
    node.put("id", event.id())
        .put("state", event.state().name())
        .put("kind", event.kind().name())
        .put("domain", event.domain())
        .put("entity", event.entity());
    var key = node.putObject("key");
    event.key().forEach(part -> key.put(part.field(), part.value()));
    node.put("tenant", event.tenant());
    var fields = node.putArray("fields");
    event
        .fields()
        .forEach(
            field ->
                fields
                    .addObject()
                    .put("field", field.field())
                    .put("expected", field.expected())
                    .put("observed", field.observed()));
    position(node.putObject("legacy"), event.legacy());
    position(node.putObject("target"), event.target());
    context(node, event.context());
    var sql = node.putArray("sql");
    queries.of(event).forEach(sql::add);
    return node;
  }

  private static void position(ObjectNode node, Position position) {
    node.put("present", position.present())
        .put("offset", position.offset())
        .put("epoch", position.epoch())
        .put("xid", position.xid());
    moment(node, "committedAt", position.committedAt());
  }

  private static void context(ObjectNode node, Context context) {
    node.put("partition", context.partition())
        .put("verdictAt", context.verdictAt())
        .put("generation", context.generation())
        .put("contractVersion", context.contractVersion())
        .put("mapping", context.mapping())
        .put("authority", context.authority())
        .put("remedy", context.remedy())
        .put("detail", context.detail())
        .put("attempts", context.attempts());
    moment(node, "openedAt", context.openedAt());
    moment(node, "at", context.at());
  }

  /// @param micros 0 where it is not known
  public static void moment(ObjectNode node, String name, long micros) {
    if (micros == 0) {
      node.putNull(name);
    } else {
      node.put(name, MomentText.of(micros));
    }
  }
}
