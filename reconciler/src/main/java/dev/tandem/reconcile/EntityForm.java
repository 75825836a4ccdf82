package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.contract.CanonicalText;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.image.ByteSink;
import dev.tandem.image.RowKeys;
import dev.tandem.image.StateKey;
import dev.tandem.plan.ContractData;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.ObservedValue;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.table.Carrier;
import dev.tandem.table.Padding;
import dev.tandem.wire.Divergence.KeyPart;
import dev.tandem.wire.Framing;
import dev.tandem.wire.UndecodableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// How one entity is named on both sides. Not thread-safe.
///
/// An entity's key in the state is what an aggregate of the target's image is named by: the
/// entity's ordinal and the values of the target's key columns. So what the target shows needs no
/// look-up.
final class EntityForm {
  private final EntityPlan entity;
  private final SipHash hash;
  private final int keySchemaId;
  private final List<KeyColumn> columns;
  private final ByteSink out = new ByteSink();

  /// One field of the entity's key and the root's column that takes it.
  private record KeyColumn(String field, Schema schema, TargetColumn column) {}

  /// @param keySchemaId of the entity's key schema in the contract topic
  EntityForm(EntityPlan entity, SipHash hash, int keySchemaId) {
    this.entity = entity;
    this.hash = hash;
    this.keySchemaId = keySchemaId;
    this.columns =
        entity.mapping().key().getFields().stream().map(field -> keyColumn(entity, field)).toList();
  }

  private static KeyColumn keyColumn(EntityPlan entity, Schema.Field field) {
    return entity.target().root().columns().stream()
        .filter(column -> column.field().equals(field.name()))
        .findFirst()
        .map(column -> new KeyColumn(field.name(), field.schema(), column))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no column of " + entity.name() + " takes the key field " + field.name()));
  }

  EntityPlan entity() {
    return entity;
  }

  /// The key in the state.
  StateKey key(GenericRecord key) {
    out.clear();
    out.put(entity.ordinal() >>> 8);
    out.put(entity.ordinal());
    for (KeyColumn each : columns) {
      Carrier carrier = carrier(each);
      RowKeys.append(out, carrier, carried(each, carrier, key.get(each.field)));
    }
    return new StateKey(out.toByteArray());
  }

  private static Carrier carrier(KeyColumn each) {
    Carrier carrier = each.column.type().carrier();
    if (carrier == null) {
      throw new IllegalStateException("key column " + each.column.name() + " cannot be observed");
    }
    return carrier;
  }

  /// A key value as its column gives it back.
  private static Object carried(KeyColumn each, Carrier carrier, Object value) {
    Schema type = OptionalSchema.bare(each.schema);
    boolean millis =
        type.getLogicalType() != null && type.getLogicalType().getName().endsWith("-millis");
    return switch (carrier) {
      case UUID -> value.toString().toLowerCase(Locale.ROOT);
      case TEXT, JSON -> observedText(each, value.toString());
      case NUMERIC -> CanonicalText.of(each.schema, value);
      case INT, LONG -> Long.parseLong(CanonicalText.of(each.schema, value));
      case DATE, TIMESTAMP, INSTANT, TIME -> ((Number) value).longValue() * (millis ? 1000 : 1);
      case BOOLEAN -> value;
      case FLOAT, DOUBLE -> ((Number) value).doubleValue();
      case BYTES -> throw new IllegalStateException("bytes cannot be a key");
    };
  }

  /// Without the padding that the column adds.
  private static String observedText(KeyColumn each, String text) {
    return text(each.column.postgres(), text);
  }

  /// A text without the padding of `char(n)`.
  static String text(String postgres, String text) {
    return Padding.isOf(postgres) ? Padding.cut(text) : text;
  }

  /// The contract key, as it stands in the contract topic.
  byte[] contractKey(GenericRecord key) {
    var bytes = new ByteArrayOutputStream(32);
    byte[] frame = new byte[Framing.SIZE];
    Framing.write(frame, keySchemaId);
    bytes.writeBytes(frame);
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(entity.mapping().key(), ContractData.MODEL)
          .write(key, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// The contract key of an observed row, or null if its values are none that a key can have.
  ///
  /// @param row of the root, or of a child
  /// @param names the columns that hold the entity's key, in its order
  byte @Nullable [] contractKey(Row row, List<String> names) {
    var key = new GenericData.Record(entity.mapping().key());
    try {
      for (int i = 0; i < columns.size(); i++) {
        KeyColumn each = columns.get(i);
        var observed = new ObservedValue(each.schema, each.column.postgres());
        key.put(each.field, observed.contract(row.value(names.get(i))));
      }
      return contractKey(key);
    } catch (RuntimeException strange) {
      // A value that the field's schema cannot hold: whoever wrote it, it names no entity of ours.
      return null;
    }
  }

  /// A contract key as events show it.
  List<KeyPart> parts(byte @Nullable [] contractKey) {
    if (contractKey == null) {
      return List.of();
    }
    GenericRecord key = read(contractKey);
    var parts = new ArrayList<KeyPart>();
    for (KeyColumn each : columns) {
      String text = CanonicalText.of(each.schema, key.get(each.field));
      parts.add(new KeyPart(each.field, shown(each.field, text)));
    }
    return parts;
  }

  int keySchemaId() {
    return keySchemaId;
  }

  /// A contract key, readable.
  ///
  /// @throws UndecodableException if the bytes are none of this entity
  GenericRecord read(byte[] contractKey) {
    Schema schema = entity.mapping().key();
    try {
      var decoder =
          DecoderFactory.get()
              .binaryDecoder(contractKey, Framing.SIZE, contractKey.length - Framing.SIZE, null);
      return new GenericDatumReader<GenericRecord>(schema, schema, ContractData.MODEL)
          .read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException("not a key of " + entity.name(), e);
    }
  }

  private String shown(String field, String text) {
    if (!entity.reconciliation().sensitive().contains(field)) {
      return text;
    }
    var digest = hash.digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return "digest:"
        + HexFormat.of().toHexDigits(digest.high())
        + HexFormat.of().toHexDigits(digest.low());
  }

  /// The entity whose legacy identity an observed root row bears, if that is another one than its
  /// own key says; else null.
  ///
  /// The rule: the contract copies every column of the legacy root's key into fields that the
  /// target holds, and the mapping makes another key of what stands there.
  @Nullable Claim claims(Row root, StateKey own) {
    Map<String, String> copies = entity.mapping().copies();
    var fields = new ArrayList<RowSchema.Field>();
    var values = new ArrayList<@Nullable Object>();
    for (TargetColumn column : entity.target().root().columns()) {
      String legacy = copies.get(column.field());
      int index = root.schema().indexOf(column.name());
      if (legacy != null && index >= 0 && entity.root().key().contains(legacy)) {
        Object value = root.values()[index];
        if (value == null || value == Row.UNKNOWN || column.type().carrier() == null) {
          return null;
        }
        fields.add(new RowSchema.Field(legacy, column.type().carrier(), false));
        values.add(value);
      }
    }
    if (fields.size() != entity.root().key().size()) {
      return null;
    }
    try {
      var legacy = new Row(new RowSchema(entity.root().table(), fields), values.toArray());
      StateKey claimed = key(entity.mapping().key(legacy));
      return claimed.equals(own) ? null : new Claim(claimed, legacy);
    } catch (RuntimeException notKeyed) {
      // What stands there is no identity that the mapping knows.
      return null;
    }
  }
}
