package dev.tandem.translate;

import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.wire.Framing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills the topic of a version that is switched on later: what was forwarded before is published
/// there once, in the order of the contract keys, in steps, beside what changes meanwhile. A
/// version
/// that is switched off is forgotten, so that it is filled again when it is switched on again.
///
/// How far each has come is saved once per commit. Not thread-safe.
final class VersionFill {
  private static final String PREFIX = "published:";

  /// Of a version whose topic holds everything.
  private static final byte[] DONE = new byte[0];

  private final SortedBytes marks;
  private final SortedBytes contractKeys;

  /// By mark: what is not done yet, with the last contract key that was published; at first the
  /// part that all keys of its entity begin with.
  private final Map<String, Pending> pending = new LinkedHashMap<>();

  /// Marks to write with the next commit; null for those to be deleted.
  private final Map<String, byte @Nullable []> changed = new LinkedHashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pending(EntityPlan entity, PublishedVersion version, byte[] prefix, byte[] last) {}

  /// What is to be done with each contract key.
  @FunctionalInterface
  interface Visitor {
    void publish(byte[] contractKey, StateKey aggregate, PublishedVersion version);
  }

  /// @param marks where it is kept how far each has come
  VersionFill(
      DomainPlan plan, ContractSchemas schemas, SortedBytes marks, SortedBytes contractKeys) {
    this.marks = marks;
    this.contractKeys = contractKeys;
    var stale = known();
    for (EntityPlan entity : plan.entities()) {
      byte[] prefix = new byte[Framing.SIZE];
      Framing.write(prefix, schemas.of(entity).key());
      for (PublishedVersion version : entity.published()) {
        String mark = PREFIX + entity.ordinal() + ":" + version.version();
        stale.remove(mark);
        begin(mark, new Pending(entity, version, prefix, prefix));
      }
    }
    stale.forEach(mark -> changed.put(mark, null));
  }

  private List<String> known() {
    var known = new ArrayList<String>();
    byte[] from = PREFIX.getBytes(StandardCharsets.UTF_8);
    marks.scan(
        from,
        (key, _) -> {
          if (!new StateKey(key).startsWith(from)) {
            return false;
          }
          known.add(new String(key, StandardCharsets.UTF_8));
          return true;
        });
    return known;
  }

  private void begin(String mark, Pending fill) {
    byte[] saved = marks.get(bytes(mark));
    if (saved == null && isEmpty(fill.prefix)) {
      changed.put(mark, DONE); // All that comes is published as it comes.
    } else if (saved == null) {
      pending.put(mark, fill);
    } else if (saved.length > 0) {
      pending.put(mark, new Pending(fill.entity, fill.version, fill.prefix, saved));
    }
  }

  private boolean isEmpty(byte[] prefix) {
    boolean[] empty = {true};
    contractKeys.scan(
        prefix,
        (key, _) -> {
          empty[0] = !new StateKey(key).startsWith(prefix);
          return false;
        });
    return empty[0];
  }

  boolean isPending() {
    return !pending.isEmpty();
  }

  /// Publishes the next keys of the first version that is not filled.
  ///
  /// @param most how many
  void step(int most, Visitor visitor) {
    var first = pending.entrySet().iterator().next();
    Pending fill = first.getValue();
    var visited = new ArrayList<byte[]>();
    contractKeys.scan(
        fill.last,
        (key, aggregate) -> {
          if (!new StateKey(key).startsWith(fill.prefix)) {
            return false;
          }
          if (!Arrays.equals(key, fill.last)) {
            visitor.publish(key, new StateKey(aggregate), fill.version);
            visited.add(key);
          }
          return visited.size() < most;
        });
    if (visited.size() < most) {
      pending.remove(first.getKey());
      changed.put(first.getKey(), DONE);
    } else {
      byte[] last = visited.getLast();
      first.setValue(new Pending(fill.entity, fill.version, fill.prefix, last));
      changed.put(first.getKey(), last);
    }
  }

  /// To be called before each commit.
  void save() {
    changed.forEach(
        (mark, value) -> {
          if (value == null) {
            marks.delete(bytes(mark));
          } else {
            marks.put(bytes(mark), value);
          }
        });
    changed.clear();
  }

  private static byte[] bytes(String mark) {
    return mark.getBytes(StandardCharsets.UTF_8);
  }
}
