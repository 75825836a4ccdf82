package dev.tandem.demo;

import dev.tandem.ledger.LedgerReader;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.State;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The saboteur at work, and the ledger beside it: what is planted, and what the ledger says of it.
/// What no repair can mend is taken back once it has been found. Not thread-safe.
public final class Sabotage implements AutoCloseable {
  private final Saboteur saboteur;
  private final LedgerReader ledger;
  private final List<Divergence> events = new ArrayList<>();
  private final Map<Key, Fault> faults = new LinkedHashMap<>();

  /// Lasting faults that are not yet taken back.
  private final Map<Key, Fault> lasting = new HashMap<>();

  private final Set<Key> found = new HashSet<>();
  private final Set<String> open = new HashSet<>();
  private String last = "";

  private record Key(String entity, String key) {}

  /// @param found faults of whose entity a divergence was opened
  /// @param open divergences of any entity
  /// @param last what the ledger said last
  public record Standing(int planted, int found, int open, String last) {}

  /// Closes both when it is closed.
  public Sabotage(Saboteur saboteur, LedgerReader ledger) {
    this.saboteur = saboteur;
    this.ledger = ledger;
  }

  /// Plants the next fault: each trick in turn.
  public void plant() throws SQLException {
    Trick[] tricks = Trick.values();
    plant(tricks[faults.size() % tricks.length]);
  }

  public void plant(Trick trick) throws SQLException {
    Fault fault = saboteur.plant(trick);
    var key = new Key(fault.trick().entity(), fault.key());
    faults.put(key, fault);
    if (Saboteur.isLasting(fault)) {
      lasting.put(key, fault);
    }
  }

  public int planted() {
    return faults.size();
  }

  /// Reads what the ledger has said since.
  public void follow() throws SQLException {
    ledger.toEnd(entry -> take(entry.event()));
    for (Key key : List.copyOf(lasting.keySet())) {
      if (found.contains(key)) {
        saboteur.takeBack(lasting.remove(key));
      }
    }
  }

  private void take(Divergence event) {
    events.add(event);
    last = event.state() + " " + event.kind() + " of " + event.entity();
    if (event.state() == State.CLOSED) {
      open.remove(event.id());
    } else {
      open.add(event.id());
      var key =
          new Key(event.entity(), event.key().isEmpty() ? "" : event.key().getFirst().value());
      if (faults.containsKey(key)) {
        found.add(key);
      }
    }
  }

  /// Takes back what is left of what no repair can mend, found or not.
  public void takeBack() throws SQLException {
    for (Fault fault : lasting.values()) {
      saboteur.takeBack(fault);
    }
    lasting.clear();
  }

  public Standing standing() {
    return new Standing(faults.size(), found.size(), open.size(), last);
  }

  /// Whether everything planted was found, and nothing is open.
  public boolean isSettled() {
    return found.size() == faults.size() && open.isEmpty();
  }

  public FaultReport report() throws SQLException {
    return FaultReport.of(List.copyOf(faults.values()), saboteur.sprung(), events);
  }

  /// Takes back what lasts and removes the traps.
  @Override
  public void close() throws SQLException {
    try (saboteur;
        ledger) {
      takeBack();
    }
  }
}
