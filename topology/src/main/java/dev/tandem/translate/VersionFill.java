package dev.tandem.translate;

import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.wire.Framing;
import dev.tandem.wire.VersionSwitch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which versions are published, and the filling of those that are switched on later: what was
/// forwarded before is published there once, in the order of the contract keys, in steps, beside
/// what changes meanwhile.
///
/// 1. A version is published if the spec says so and no order has switched it off.
/// 2. One that is switched off by an order gets nothing more; what is deleted meanwhile is kept
///    ([MissedDeletions]). Switched on again, it hears of that first, and then is filled.
/// 3. One that the spec says no longer is forgotten, its order with it.
///
/// How far each has come is saved once per commit. Not thread-safe.
final class VersionFill {
  private static final String PREFIX = "published:";

  /// Of a version whose topic holds everything.
  private static final byte[] DONE = new byte[0];

  /// Of a version that is switched off; a contract key is longer.
  private static final byte[] OFF = {0};

  private final ContractSchemas schemas;
  private final SortedBytes marks;
  private final SortedBytes contractKeys;
  private final MissedDeletions missed;

  /// All that the spec says.
  private final Map<Version, Pending> said = new LinkedHashMap<>();

  private final Set<Version> off = new HashSet<>();

  /// What is not done yet.
  private final Map<Version, Pending> pending = new LinkedHashMap<>();

  /// Marks to write with the next commit; null for those to be deleted.
  private final Map<String, byte @Nullable []> changed = new LinkedHashMap<>();

  /// A version of an entity.
  ///
  /// @param entity its ordinal
  record Version(int entity, int number) {
    String mark() {
      return PREFIX + entity + ":" + number;
    }
  }

  /// @param last the last contract key that was published; at first the part that all keys of its
  ///     entity begin with
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Pending(EntityPlan entity, PublishedVersion version, byte[] prefix, byte[] last) {}

  /// What is to be done with each contract key.
  interface Visitor {
    /// @param more whether more of any entity is to be published as this version
    void publish(byte[] contractKey, StateKey aggregate, PublishedVersion version, boolean more);

    /// What was deleted while the version was off.
    void delete(byte[] contractKey, PublishedVersion version);
  }

  /// What is kept.
  ///
  /// @param marks how far each version has come
  /// @param missed what was deleted while one was off
  record Kept(SortedBytes marks, SortedBytes contractKeys, MissedDeletions missed) {}

  VersionFill(DomainPlan plan, ContractSchemas schemas, Kept kept) {
    this.schemas = schemas;
    this.marks = kept.marks;
    this.contractKeys = kept.contractKeys;
    this.missed = kept.missed;
    var stale = known();
    for (EntityPlan entity : plan.entities()) {
      byte[] prefix = new byte[Framing.SIZE];
      Framing.write(prefix, schemas.of(entity).key());
      for (PublishedVersion published : entity.published()) {
        var version = new Version(entity.ordinal(), published.version());
        said.put(version, new Pending(entity, published, prefix, prefix));
        stale.remove(version.mark());
        begin(version);
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

  private void begin(Version version) {
    Pending fill = Objects.requireNonNull(said.get(version));
    byte[] saved = marks.get(bytes(version.mark()));
    if (saved == null && isEmpty(fill.prefix)) {
      changed.put(version.mark(), DONE); // All that comes is published as it comes.
    } else if (saved == null) {
      pending.put(version, fill);
    } else if (Arrays.equals(saved, OFF)) {
      off.add(version);
    } else if (saved.length > 0) {
      pending.put(version, new Pending(fill.entity, fill.version, fill.prefix, saved));
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

  /// Whether an entity is published as one of the spec's versions now.
  boolean isOn(EntityPlan entity, int version) {
    return off.isEmpty() || !off.contains(new Version(entity.ordinal(), version));
  }

  /// Follows an order.
  ///
  /// @return whether it changes anything
  boolean turn(VersionSwitch order) {
    for (var each : said.entrySet()) {
      Version version = each.getKey();
      Pending fill = each.getValue();
      if (version.number == order.version() && fill.entity.name().equals(order.entity())) {
        return order.on() ? turnOn(version, fill) : turnOff(version);
      }
    }
    return false;
  }

  private boolean turnOff(Version version) {
    pending.remove(version);
    changed.put(version.mark(), OFF);
    return off.add(version);
  }

  private boolean turnOn(Version version, Pending fill) {
    if (!off.remove(version)) {
      return false;
    }
    pending.put(version, fill);
    changed.put(version.mark(), fill.last);
    return true;
  }

  /// The versions that are told now that a contract key is deleted. Those that are off hear of it
  /// when they are on again.
  List<Integer> deleting(byte[] contractKey) {
    var told = new ArrayList<Integer>();
    schemas.entityOf(contractKey).stream()
        .flatMap(entity -> said.keySet().stream().filter(version -> version.entity == entity))
        .forEach(
            version -> {
              if (off.contains(version)) {
                missed.add(version, contractKey);
              } else {
                told.add(version.number);
              }
            });
    return told;
  }

  boolean isPending() {
    return !pending.isEmpty();
  }

  /// Whether the topic of a version does not hold everything yet.
  boolean isFilling(int number) {
    return !pending.isEmpty()
        && pending.keySet().stream().anyMatch(version -> version.number == number);
  }

  /// Publishes the next keys of the first version that is not filled.
  ///
  /// @param most how many
  void step(int most, Visitor visitor) {
    var first = pending.entrySet().iterator().next();
    Version version = first.getKey();
    Pending fill = first.getValue();
    List<byte[]> deleted = missed.take(version, most);
    if (!deleted.isEmpty()) {
      deleted.stream()
          .filter(key -> contractKeys.get(key) == null)
          .forEach(key -> visitor.delete(key, fill.version));
      return;
    }
    var next = next(fill, most + 1);
    if (next.size() <= most) {
      pending.remove(version);
      changed.put(version.mark(), DONE);
    } else {
      byte[] last = next.get(most - 1).key();
      first.setValue(new Pending(fill.entity, fill.version, fill.prefix, last));
      changed.put(version.mark(), last);
    }
    boolean goesOn = isFilling(version.number);
    for (int i = 0; i < Math.min(most, next.size()); i++) {
      boolean more = goesOn || i < next.size() - 1;
      visitor.publish(next.get(i).key(), next.get(i).aggregate(), fill.version, more);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Next(byte[] key, StateKey aggregate) {}

  private List<Next> next(Pending fill, int most) {
    var next = new ArrayList<Next>();
    contractKeys.scan(
        fill.last,
        (key, aggregate) -> {
          boolean isOfIt = new StateKey(key).startsWith(fill.prefix);
          if (isOfIt && !Arrays.equals(key, fill.last)) {
            next.add(new Next(key, new StateKey(aggregate)));
          }
          return isOfIt && next.size() < most;
        });
    return next;
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
