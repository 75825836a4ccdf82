package dev.tandem.translate;

import dev.tandem.image.Digest;
import dev.tandem.image.Image;
import dev.tandem.image.Kept;
import dev.tandem.image.Kept.Forwarded;
import dev.tandem.image.LoadedAggregate;
import dev.tandem.image.SortedBytes;
import dev.tandem.image.StateKey;
import dev.tandem.plan.ContractSize;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MinuteLimit;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.translate.TranslateOutput.Refusal;
import dev.tandem.wire.RegistryException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// Translates one aggregate as it is kept now, and forwards what differs from what was forwarded
/// last.
///
/// 1. Of a root that was moved between partitions under one key nothing is forwarded, and what was
///    stays (C8).
/// 2. Without a root, what was forwarded is deleted; if nothing was, nothing happens.
/// 3. With a row that holds an unknown value the aggregate waits (DESIGN invariant 13).
/// 4. If the contract key has changed, the old key is deleted first.
/// 5. A record equal to the one forwarded last is not forwarded again, unless a repair asks for it.
/// 6. What cannot be translated, or is larger than its topic takes ([ContractSize]), becomes a dead
///    letter, and what was forwarded stays.
///
/// A registry that is away, so that an event cannot be read, is thrown on: nothing is translated
/// then. A key that another aggregate has taken over is not deleted. Not thread-safe.
final class Aggregates implements VersionFill.Visitor {
  private final Image image;
  private final SortedBytes contractKeys;
  private final Downstream down;
  private final OtherVersions others;
  private final MessageDigest sha = Digest.algorithm();

  /// Where the results go.
  ///
  /// @param largest bytes that key and value of a record may have together
  /// @param letters how many letters of other versions
  record Downstream(
      ContractStream stream,
      ContractCodec codec,
      VersionFill versions,
      TranslateOutput output,
      TranslateListener listener,
      PoisonGuard guard,
      int largest,
      MinuteLimit letters) {}

  /// Whether a record equal to the last one is forwarded.
  enum Wish {
    IF_CHANGED,
    ALWAYS
  }

  Aggregates(Image image, SortedBytes contractKeys, Downstream down) {
    this.image = image;
    this.contractKeys = contractKeys;
    this.down = down;
    this.others =
        new OtherVersions(
            down.codec, down.versions, down.output, down.listener, down.largest, down.letters);
  }

  void translate(StateKey aggregate, Wish wish) {
    translate(image.load(aggregate), wish);
  }

  void translate(LoadedAggregate aggregate, Wish wish) {
    Kept root = aggregate.root();
    if (root == null || root.isRefused()) {
      return;
    }
    byte[] key = aggregate.key().bytes();
    EntityPlan entity = image.tables().entity(key);
    var rows = aggregate.rows(image.tables().sources(key), image.rowBytes());
    if (rows == null) {
      delete(aggregate.key(), root, entity);
      return;
    }
    if (rows.isPartial()) {
      down.listener.parked(entity.name());
      down.output.deadLetter(new Refusal(entity.name(), key(entity, rows), rows.waiting(), ""));
      return;
    }
    Translated record = project(entity, rows, wish);
    if (record != null) {
      if (wish == Wish.IF_CHANGED) {
        down.guard.translated();
      }
      forward(aggregate.key(), root, record, wish);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Translated(EntityPlan entity, GenericRecord contract, byte[] key, byte[] value) {}

  private @Nullable Translated project(EntityPlan entity, LoadedAggregate.Rows rows, Wish wish) {
    byte[] key = null;
    try {
      var contract = entity.mapping().project(rows.root(), rows.children());
      key = down.codec.key(entity, entity.mapping().keyOf(contract));
      byte[] value = down.codec.value(entity, contract);
      requireFits(key, value);
      return new Translated(entity, contract, key, value);
    } catch (RegistryException away) {
      throw away;
    } catch (MappingException e) {
      key = key == null ? key(entity, rows) : key;
      refuse(new Refusal(entity.name(), key, String.valueOf(e.getMessage()), ""), wish);
    } catch (RuntimeException e) {
      // A mapping in Java may throw anything, and a value may not fit the contract's schema.
      key = key == null ? key(entity, rows) : key;
      refuse(
          new Refusal(
              entity.name(), key, "the mapping failed", e.getClass().getName() + ": see the log"),
          wish);
    }
    return null;
  }

  private void requireFits(byte[] key, byte[] value) {
    long size = (long) key.length + value.length;
    if (size > down.largest) {
      throw ContractSize.refusal(size, down.largest);
    }
  }

  /// The contract key alone, of what cannot be translated whole; null if it cannot be either.
  private byte @Nullable [] key(EntityPlan entity, LoadedAggregate.Rows rows) {
    try {
      return down.codec.key(entity, entity.mapping().key(rows.root()));
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException e) {
      return null;
    }
  }

  /// Something became a dead letter.
  ///
  /// @throws DomainStoppedException if that is true of more than half of the last aggregates
  void refuse(Refusal refusal) {
    refuse(refusal, Wish.IF_CHANGED);
  }

  /// What a repair asked for says nothing of how much of the legacy data cannot be translated: it
  /// asks for just that, and does not stop the domain.
  private void refuse(Refusal refusal, Wish wish) {
    down.output.deadLetter(refusal);
    down.listener.refused(refusal.entity());
    if (wish == Wish.IF_CHANGED) {
      down.guard.refused(refusal.reason());
    }
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
    var versions = others.of(record.entity, record.key, record.contract);
    down.stream.upsert(record.key, record.value, versions);
    image.putRoot(aggregate, root.forwarding(new Forwarded(record.key, digest)));
    down.listener.translated(entity);
  }

  private void delete(StateKey aggregate, Kept root, EntityPlan entity) {
    if (root.forwarded() != null) {
      release(aggregate, root.forwarded().key());
      image.putRoot(aggregate, root.forwarding(null));
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

  /// Publishes what belongs to a contract key now as one other version, and nothing else. What
  /// is kept and was never forwarded (it cannot be translated, waits, or is too large) was said
  /// when it came; once it can be, it is forwarded to all versions even if it is as it was, since
  /// this one has never had it.
  @Override
  public void publish(
      byte[] contractKey, StateKey aggregate, PublishedVersion version, boolean more) {
    var loaded = image.load(aggregate);
    Kept root = loaded.root();
    Forwarded before = root == null ? null : root.forwarded();
    if (root == null || before == null) {
      return;
    }
    GenericRecord contract = forwarded(loaded, root, before);
    if (contract == null) {
      image.putRoot(aggregate, root.forwarding(new Forwarded(before.key(), Digest.NONE)));
      return;
    }
    EntityPlan entity = image.tables().entity(aggregate.bytes());
    byte[] value = others.of(new OtherVersions.Subject(entity, contractKey), contract, version);
    if (value != null) {
      down.stream.fill(version.version(), contractKey, value, more);
    }
  }

  @Override
  public void delete(byte[] contractKey, PublishedVersion version) {
    down.stream.fill(version.version(), contractKey, null, true);
  }

  /// The record that was forwarded last; null if what is kept now cannot be translated, or is
  /// another one.
  private @Nullable GenericRecord forwarded(LoadedAggregate loaded, Kept root, Forwarded before) {
    if (root.isRefused()) {
      return null;
    }
    byte[] aggregate = loaded.key().bytes();
    EntityPlan entity = image.tables().entity(aggregate);
    var rows = loaded.rows(image.tables().sources(aggregate), image.rowBytes());
    if (rows == null || rows.isPartial()) {
      return null;
    }
    try {
      var contract = entity.mapping().project(rows.root(), rows.children());
      byte[] key = down.codec.key(entity, entity.mapping().keyOf(contract));
      byte[] value = down.codec.value(entity, contract);
      boolean same =
          Arrays.equals(key, before.key()) && Digest.of(value, sha).equals(before.digest());
      return same ? contract : null;
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException e) {
      return null;
    }
  }

  /// Forwards what belongs to a contract key now; if nothing does, its deletion, unless the key may
  /// be another partition's: apply deletes by the key alone.
  void repair(StateKey contractKey) {
    byte[] aggregate = contractKeys.get(contractKey.bytes());
    if (aggregate == null && down.codec.saysPartition(contractKey.bytes())) {
      down.stream.delete(contractKey.bytes());
    } else if (aggregate != null) {
      translate(new StateKey(aggregate), Wish.ALWAYS);
    }
  }
}
