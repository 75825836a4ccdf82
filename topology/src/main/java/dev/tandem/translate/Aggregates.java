package dev.tandem.translate;

import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.row.Row;
import dev.tandem.translate.Kept.Forwarded;
import dev.tandem.translate.TranslateOutput.Refusal;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Translates one aggregate as it is kept now, and forwards what differs from what was forwarded
/// last.
///
/// 1. Without a root, what was forwarded is deleted; if nothing was, nothing happens.
/// 2. With a row that holds an unknown value the aggregate waits (DESIGN invariant 13).
/// 3. If the contract key has changed, the old key is deleted first.
/// 4. A record equal to the one forwarded last is not forwarded again, unless a repair asks for it.
/// 5. What cannot be translated becomes a dead letter, and what was forwarded stays.
///
/// A key that another aggregate has taken over is not deleted. Not thread-safe.
final class Aggregates {
  private static final String WAITING =
      "a value of a row is not known (unchanged TOAST value of which nothing was kept); the entity"
          + " waits for a sweep or an update that brings it";
  private final KeptRows rows;
  private final RowBytes rowBytes;
  private final TableUses tables;
  private final SortedBytes contractKeys;
  private final Downstream down;
  private final MessageDigest sha = Digest.algorithm();

  /// Where the results go.
  record Downstream(
      ContractStream stream,
      ContractCodec codec,
      TranslateOutput output,
      TranslateListener listener,
      PoisonGuard guard) {}

  /// Whether a record equal to the last one is forwarded.
  enum Wish {
    IF_CHANGED,
    ALWAYS
  }

  /// The rows of one aggregate.
  ///
  /// @param children by source number; a source without rows is missing
  record Loaded(StateKey key, @Nullable Kept root, Map<Integer, List<Kept>> children) {
    static Loaded of(StateKey key) {
      return new Loaded(key, null, new HashMap<>());
    }

    /// With one more row of it; `rowKey` begins with `key`.
    Loaded with(StateKey rowKey, Kept kept) {
      int number = rowKey.bytes()[key.bytes().length] & 0xFF;
      if (number == Use.ROOT) {
        return new Loaded(key, kept, children);
      }
      if (!kept.isDeleted()) {
        children.computeIfAbsent(number, _ -> new ArrayList<>()).add(kept);
      }
      return this;
    }
  }

  Aggregates(KeptRows rows, RowBytes rowBytes, TableUses tables, State state, Downstream down) {
    this.rows = rows;
    this.rowBytes = rowBytes;
    this.tables = tables;
    this.contractKeys = state.contractKeys();
    this.down = down;
  }

  void translate(StateKey aggregate, Wish wish) {
    translate(load(aggregate), wish);
  }

  private Loaded load(StateKey aggregate) {
    if (tables.entity(aggregate.bytes()).children().isEmpty()) {
      return new Loaded(aggregate, rows.get(aggregate.with(Use.ROOT)), Map.of());
    }
    var loaded = new Loaded[] {Loaded.of(aggregate)};
    rows.ofAggregate(aggregate, (key, kept) -> loaded[0] = loaded[0].with(key, kept));
    return loaded[0];
  }

  void translate(Loaded aggregate, Wish wish) {
    Kept root = aggregate.root;
    if (root == null) {
      return;
    }
    EntityPlan entity = tables.entity(aggregate.key.bytes());
    if (root.row() == null) {
      delete(aggregate.key, root, entity);
      return;
    }
    Row rootRow = rowBytes.decode(root.row());
    Map<String, List<Row>> children = children(entity, aggregate.children);
    if (rootRow.isPartial() || hasPartial(children)) {
      down.listener.parked(entity.name());
      down.output.deadLetter(new Refusal(entity.name(), null, WAITING, ""));
      return;
    }
    Translated record = project(entity, rootRow, children);
    if (record != null) {
      down.guard.translated();
      forward(aggregate.key, root, record, wish);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Translated(EntityPlan entity, byte[] key, byte[] value) {}

  private @Nullable Translated project(
      EntityPlan entity, Row root, Map<String, List<Row>> children) {
    byte[] key = null;
    try {
      key = down.codec.key(entity, entity.mapping().key(root));
      return new Translated(
          entity, key, down.codec.value(entity, entity.mapping().project(root, children)));
    } catch (MappingException e) {
      refuse(new Refusal(entity.name(), key, String.valueOf(e.getMessage()), ""));
    } catch (RuntimeException e) {
      // A mapping in Java may throw anything, and a value may not fit the contract's schema.
      refuse(
          new Refusal(
              entity.name(), key, "the mapping failed", e.getClass().getName() + ": see the log"));
    }
    return null;
  }

  /// Something became a dead letter.
  ///
  /// @throws DomainStoppedException if that is true of more than half of the last aggregates
  void refuse(Refusal refusal) {
    down.output.deadLetter(refusal);
    down.listener.refused(refusal.entity());
    down.guard.refused(refusal.reason());
  }

  private void forward(StateKey aggregate, Kept root, Translated record, Wish wish) {
    String entity = record.entity.name();
    Digest digest = Digest.of(record.value, sha);
    Forwarded before = root.forwarded();
    boolean sameKey = before != null && Arrays.equals(before.key(), record.key);
    boolean same = before != null && sameKey && before.digest().equals(digest);
    if (same && wish == Wish.IF_CHANGED) {
      down.listener.unchanged(entity);
      return;
    }
    if (before != null && !sameKey) {
      release(aggregate, before.key());
    }
    if (!sameKey) {
      contractKeys.put(record.key, aggregate.bytes());
    }
    down.stream.upsert(record.key, record.value);
    rows.put(aggregate.with(Use.ROOT), root.forwarding(new Forwarded(record.key, digest)));
    down.listener.translated(entity);
  }

  private void delete(StateKey aggregate, Kept root, EntityPlan entity) {
    if (root.forwarded() != null) {
      release(aggregate, root.forwarded().key());
      rows.put(aggregate.with(Use.ROOT), root.forwarding(null));
      down.listener.translated(entity.name());
    }
  }

  /// Deletes a contract key downstream, unless another aggregate has it now.
  private void release(StateKey aggregate, byte[] key) {
    if (Arrays.equals(contractKeys.get(key), aggregate.bytes())) {
      contractKeys.delete(key);
      down.stream.delete(key);
    }
  }

  /// Forwards what belongs to a contract key now, also if nothing does.
  void repair(StateKey contractKey) {
    byte[] aggregate = contractKeys.get(contractKey.bytes());
    if (aggregate == null) {
      down.stream.delete(contractKey.bytes());
    } else {
      translate(new StateKey(aggregate), Wish.ALWAYS);
    }
  }

  private Map<String, List<Row>> children(EntityPlan entity, Map<Integer, List<Kept>> kept) {
    if (kept.isEmpty()) {
      return Map.of();
    }
    var children = new HashMap<String, List<Row>>();
    kept.forEach(
        (number, list) -> children.put(entity.children().get(number - 1).name(), rows(list)));
    return children;
  }

  private List<Row> rows(List<Kept> list) {
    var decoded = new ArrayList<Row>(list.size());
    for (Kept kept : list) {
      if (kept.row() != null) {
        decoded.add(rowBytes.decode(kept.row()));
      }
    }
    return decoded;
  }

  private static boolean hasPartial(Map<String, List<Row>> children) {
    for (List<Row> list : children.values()) {
      for (Row row : list) {
        if (row.isPartial()) {
          return true;
        }
      }
    }
    return false;
  }
}
