package dev.tandem.apply;

import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.Framing;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Of each key the last state alone: a key twice in one statement is an error (21000), and work for
/// nothing.
///
/// A deletion expects to meet a row unless the batch itself has first written it.
final class Collapse {
  /// @param isNew whether the key's first record in the batch wrote it, so that its deletion may
  ///     meet nothing
  record Last(EntityPlan entity, Incoming record, boolean isNew) {
    boolean isDelete() {
      return record.position() == null || record.position().kind() == ContractPosition.Kind.DELETE;
    }
  }

  private final Map<Key, Last> states = new LinkedHashMap<>();

  void add(EntityPlan entity, Incoming record) {
    var key = new Key(entity.ordinal(), record.key());
    Last earlier = states.remove(key);
    var last = new Last(entity, record, false);
    states.put(key, new Last(entity, record, earlier == null ? !last.isDelete() : earlier.isNew()));
  }

  /// In the order of each key's last record.
  Collection<Last> states() {
    return states.values();
  }

  /// An entity's key by its encoded content, whatever id its schema was registered with.
  private static final class Key {
    private final int entity;
    private final byte[] framed;
    private final int hash;

    Key(int entity, byte @Nullable [] framed) {
      this.entity = entity;
      this.framed = framed == null ? new byte[Framing.SIZE] : framed;
      int hash = entity;
      for (int i = Framing.SIZE; i < this.framed.length; i++) {
        hash = 31 * hash + this.framed[i];
      }
      this.hash = hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that
          && entity == that.entity
          && Arrays.equals(
              framed, Framing.SIZE, framed.length, that.framed, Framing.SIZE, that.framed.length);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
