package dev.tandem.ledger;

import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.FieldDifference;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Divergence.Kind;
import dev.tandem.wire.Divergence.Position;
import dev.tandem.wire.Divergence.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes events of a ledger, each with valid defaults: an item that differs in its label.
public record Events(
    String id,
    State state,
    Kind kind,
    String domain,
    String entity,
    List<KeyPart> key,
    List<FieldDifference> fields,
    boolean expected,
    boolean observed,
    int partition,
    long openedAt,
    String remedy,
    String detail) {

  /// An open field mismatch of the item with this number.
  public static Events of(String id) {
    return new Events(
        id,
        State.OPENED,
        Kind.FIELD_MISMATCH,
        "items",
        "Item",
        List.of(new KeyPart("itemId", id)),
        List.of(new FieldDifference("label", "old", null)),
        true,
        true,
        0,
        1_000_000,
        "write it again",
        "the label differs");
  }

  public Events state(State state) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events kind(Kind kind) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events in(String domain) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events named(List<KeyPart> key) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events differing(List<FieldDifference> fields) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  /// Nothing on the legacy side, a row in the target.
  public Events orphan() {
    return new Events(
        id, state, kind, domain, entity, key, fields, false, true, partition, openedAt, remedy,
        detail);
  }

  public Events partition(int partition) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events remedy(String remedy) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  public Events openedAt(long openedAt) {
    return new Events(
        id, state, kind, domain, entity, key, fields, expected, observed, partition, openedAt,
        remedy, detail);
  }

  /// Without a word on what differs or what to do.
  public Events silent() {
    return new Events(
        id, state, kind, domain, entity, key, List.of(), expected, observed, partition, openedAt,
        "", "");
  }

  public Divergence event() {
    return new Divergence(
        id,
        state,
        kind,
        domain,
        entity,
        key,
        "t1",
        fields,
        new Position(expected, 41, 1, 700, 900_000),
        new Position(observed, 42, 0, 0, 0),
        new Context(
            partition,
            42,
            1,
            1,
            "0123456789abcdef",
            "legacy",
            remedy,
            detail,
            0,
            openedAt,
            openedAt + 1));
  }

  public LedgerEntry entry() {
    byte[] contractKey = ("key of " + id).getBytes(StandardCharsets.UTF_8);
    return entry(contractKey);
  }

  public LedgerEntry entry(byte @Nullable [] contractKey) {
    return new LedgerEntry(contractKey, event());
  }

  /// A ledger that has taken these.
  public static Ledger ledger(Events... events) {
    var ledger = new Ledger();
    for (Events event : events) {
      ledger.accept(event.entry());
    }
    return ledger;
  }

  /// The ids, in their order.
  public static List<String> ids(List<LedgerEntry> entries) {
    var ids = new ArrayList<String>();
    entries.forEach(entry -> ids.add(entry.event().id()));
    return ids;
  }
}
