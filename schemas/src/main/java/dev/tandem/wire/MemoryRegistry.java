package dev.tandem.wire;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/// A registry in memory, for tests and for topologies without a broker: ids count up from 1, equal
/// schemas share one.
public final class MemoryRegistry implements Registry {
  private final Map<Schema, Integer> ids = new HashMap<>();
  private final Map<Integer, Schema> schemas = new HashMap<>();

  @Override
  public synchronized int register(String subject, Schema schema) {
    int id = ids.computeIfAbsent(schema, _ -> ids.size() + 1);
    schemas.put(id, schema);
    return id;
  }

  @Override
  public synchronized Schema byId(int id) {
    Schema schema = schemas.get(id);
    if (schema == null) {
      throw new RegistryException(RegistryException.Kind.UNKNOWN_ID, "no schema with id " + id);
    }
    return schema;
  }
}
