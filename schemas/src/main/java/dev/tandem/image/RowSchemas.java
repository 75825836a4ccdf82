package dev.tandem.image;

import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The row schemas of one partition's state, numbered as they come, so that a kept row names its
/// schema by a small number. A number's schema never changes. Not thread-safe.
final class RowSchemas {
  private static final byte[] PREFIX = "schema:".getBytes(StandardCharsets.UTF_8);
  private final SortedBytes store;
  private final List<RowSchema> schemas = new ArrayList<>();
  private final Map<RowSchema, Integer> ids = new HashMap<>();

  /// The schema asked for last: rows of one table come in runs.
  private @Nullable RowSchema last;

  private int lastId;

  RowSchemas(SortedBytes store) {
    this.store = store;
    store.scan(
        key(0),
        (key, value) -> {
          if (!new StateKey(key).startsWith(PREFIX)) {
            return false;
          }
          add(decode(value));
          return true;
        });
  }

  private void add(RowSchema schema) {
    ids.put(schema, schemas.size());
    schemas.add(schema);
  }

  int id(RowSchema withKey) {
    if (last != null && last.equals(withKey)) {
      return lastId;
    }
    RowSchema schema = withKey.withoutKey();
    Integer known = ids.get(schema);
    if (known == null) {
      known = schemas.size();
      store.put(key(known), encode(schema));
      add(schema);
    }
    last = withKey;
    lastId = known;
    return known;
  }

  List<RowSchema> all() {
    return List.copyOf(schemas);
  }

  RowSchema schema(int id) {
    return schemas.get(id);
  }

  private static byte[] key(int id) {
    var key = new ByteSink();
    key.putRaw(PREFIX);
    key.putLong(id);
    return key.toByteArray();
  }

  private static byte[] encode(RowSchema schema) {
    var out = new ByteSink();
    out.putText(schema.table().schema());
    out.putText(schema.table().name());
    out.putVarint(schema.size());
    for (RowSchema.Field field : schema.fields()) {
      out.putText(field.name());
      out.putText(field.carrier().name());
      out.put(field.array() ? 1 : 0);
    }
    return out.toByteArray();
  }

  private static RowSchema decode(byte[] bytes) {
    var in = new ByteSource(bytes);
    var table = new TableId(in.takeText(), in.takeText());
    int size = in.takeInt();
    var fields = new ArrayList<RowSchema.Field>(size);
    for (int i = 0; i < size; i++) {
      fields.add(
          new RowSchema.Field(in.takeText(), Carrier.valueOf(in.takeText()), in.take() == 1));
    }
    return new RowSchema(table, fields);
  }
}
