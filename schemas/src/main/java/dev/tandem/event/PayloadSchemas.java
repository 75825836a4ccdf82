package dev.tandem.event;

import org.apache.avro.Schema;

/// The schemas that payloads in Avro were written with. Thread-safe; what was found once is kept,
/// so that it is not remote on a hot path.
@FunctionalInterface
public interface PayloadSchemas {
  /// @param id as it stands before the payload
  /// @throws dev.tandem.plan.MappingException if there is no such schema, or it is none of Avro
  /// @throws dev.tandem.wire.RegistryException if nobody can be asked now: that passes, and says
  ///     nothing of the payload
  Schema byId(int id);
}
