package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.RepairChoice;
import dev.tandem.wire.Divergence;

/// Repairs that were asked for, for a program.
public final class RepairJson {
  private RepairJson() {}

  /// What was asked for.
  public static ObjectNode asked(RepairChoice choice) {
    return of(choice, false);
  }

  /// What would be asked for.
  public static ObjectNode planned(RepairChoice choice) {
    return of(choice, true);
  }

  private static ObjectNode of(RepairChoice choice, boolean dryRun) {
    var root = new ObjectMapper().createObjectNode();
    root.put("dryRun", dryRun);
    var requests = root.putArray("requests");
    choice.requests().forEach(entry -> entry(requests.addObject(), entry));
    var left = root.putArray("leftOut");
    choice
        .passedOver()
        .forEach(
            it -> {
              var node = left.addObject();
              entry(node, it.entry());
              node.put("reason", it.reason());
            });
    return root.put("more", choice.more());
  }

  private static void entry(ObjectNode node, LedgerEntry entry) {
    Divergence event = entry.event();
    node.put("id", event.id())
        .put("kind", event.kind().name())
        .put("entity", event.entity())
        .put("partition", event.context().partition())
        .put("remedy", event.context().remedy());
    var key = node.putObject("key");
    event.key().forEach(part -> key.put(part.field(), part.value()));
  }
}
