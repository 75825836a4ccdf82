package dev.tandem.apply;

import dev.tandem.plan.EntityPlan;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.RegistryException;
import dev.tandem.wire.UndecodableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The last states of a batch, read, and what could not be read.
record DecodedBatch(List<Change> changes, List<Unreadable> unreadable) {

  /// @param entity empty if it is not known
  record Unreadable(Incoming record, String entity, String reason, @Nullable Throwable cause) {}

  /// @throws RegistryException if the registry is away
  static DecodedBatch of(ContractDecoder decoder, List<Incoming> batch) {
    var unreadable = new ArrayList<Unreadable>();
    var collapse = new Collapse();
    for (Incoming record : batch) {
      if (record.position() == null) {
        unreadable.add(
            new Unreadable(record, "", "no readable header " + ContractPosition.HEADER, null));
      } else if (record.position().kind() != ContractPosition.Kind.PROGRESS) {
        place(decoder, collapse, record, unreadable);
      }
    }
    var changes = new ArrayList<Change>();
    for (Collapse.Last last : collapse.states()) {
      read(decoder, last, changes, unreadable);
    }
    return new DecodedBatch(changes, unreadable);
  }

  private static void place(
      ContractDecoder decoder, Collapse collapse, Incoming record, List<Unreadable> unreadable) {
    try {
      collapse.add(decoder.entity(record.key()), record);
    } catch (UndecodableException | RegistryException e) {
      unreadable.add(unreadable(record, "", e));
    }
  }

  private static void read(
      ContractDecoder decoder,
      Collapse.Last last,
      List<Change> changes,
      List<Unreadable> unreadable) {
    EntityPlan entity = last.entity();
    Incoming record = last.record();
    try {
      GenericRecord key = decoder.key(entity, Objects.requireNonNull(record.key()));
      changes.add(new Change(entity, key, value(decoder, last), last.isNew(), record));
    } catch (UndecodableException | RegistryException e) {
      unreadable.add(unreadable(record, entity.name(), e));
    }
  }

  private static @Nullable GenericRecord value(ContractDecoder decoder, Collapse.Last last) {
    if (last.isDelete()) {
      return null;
    }
    byte[] value = last.record().value();
    if (value == null) {
      throw new UndecodableException("expected a value in an upsert, found none");
    }
    return decoder.value(last.entity(), value);
  }

  private static Unreadable unreadable(Incoming record, String entity, RuntimeException e) {
    if (e instanceof RegistryException away && away.kind() == RegistryException.Kind.UNAVAILABLE) {
      throw away;
    }
    return new Unreadable(record, entity, Objects.toString(e.getMessage(), ""), e.getCause());
  }
}
