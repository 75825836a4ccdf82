package dev.tandem.chaos;

import dev.tandem.running.Shop;
import dev.tandem.wire.Divergence;
import java.util.ArrayList;
import java.util.List;

/// Where nothing was planted, nothing was told: no divergence, no dead letter.
record Silent(Shop shop) implements Witness {
  @Override
  public List<String> broken() throws Exception {
    var events = new ArrayList<Divergence>();
    try (var ledger = shop.ledger()) {
      ledger.toEnd(entry -> events.add(entry.event()));
      return broken(events, ledger.unreadable(), shop.deadLetters());
    }
  }

  static List<String> broken(List<Divergence> events, long unreadable, long deadLetters) {
    var broken = new ArrayList<String>();
    events.forEach(
        event ->
            broken.add(
                event.state() + " " + event.kind() + " of " + event.entity() + " " + event.key()));
    if (unreadable + deadLetters > 0) {
      broken.add(unreadable + " events cannot be read, " + deadLetters + " dead letters");
    }
    return broken;
  }
}
