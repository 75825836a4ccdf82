package dev.tandem.micro;

import dev.tandem.row.Row;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The same translation of [WideEntity] as somebody would write it in Java who knows the table and
/// the contract, for this table and this contract alone: columns and fields by number, nothing
/// looked up that can be known beforehand. It refuses what the lenses refuse.
final class HandWritten {
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final long SECOND = 1_000_000;

  private final Schema schema;
  private final UUID namespace;
  private final MessageDigest sha1;
  private final Map<String, Object> statuses;
  private final Map<String, Object> kinds;

  HandWritten(Schema schema) {
    this.schema = schema;
    this.sha1 = sha1();
    this.namespace = uuid5(UUID.fromString("600d4a56-a015-5753-8b63-a8b1258b11eb"), "customer");
    Schema status = schema.getField("status").schema();
    Schema kind = schema.getField("kind").schema();
    this.statuses =
        Map.of(
            "A", new GenericData.EnumSymbol(status, "ACTIVE"),
            "I", new GenericData.EnumSymbol(status, "INACTIVE"),
            "B", new GenericData.EnumSymbol(status, "BLOCKED"));
    this.kinds =
        Map.of(
            "P", new GenericData.EnumSymbol(kind, "PERSON"),
            "C", new GenericData.EnumSymbol(kind, "COMPANY"));
  }

  GenericRecord translate(Row row) {
    @Nullable Object[] from = row.values();
    var to = new GenericData.Record(schema);
    Integer id = (Integer) from[0];
    to.put(0, uuid5(namespace, String.valueOf(id)).toString());
    to.put(1, id);
    to.put(2, from[1]);
    to.put(3, from[2] + " " + from[3]);
    to.put(4, from[4]);
    to.put(5, trimmed((String) from[5]));
    to.put(6, listed(statuses, from[6]));
    to.put(7, listed(kinds, from[7]));
    to.put(8, BigDecimal.valueOf((Long) required(from[8]), 2));
    to.put(9, from[9] == null ? null : BigDecimal.valueOf((Long) from[9], 2));
    to.put(10, new BigDecimal((String) required(from[10])).setScale(3));
    to.put(11, instant((Long) required(from[11])));
    to.put(12, instant((Long) required(from[12])));
    to.put(13, from[13]);
    to.put(14, from[14]);
    to.put(15, from[15]);
    to.put(16, from[16]);
    to.put(17, from[17]);
    to.put(18, from[18]);
    to.put(19, from[19]);
    to.put(20, from[20] == null ? null : ((String) from[20]).strip());
    to.put(21, from[21] == null ? "DE" : from[21]);
    to.put(22, trimmed((String) from[22]));
    to.put(23, from[23]);
    to.put(24, from[24]);
    return to;
  }

  private static Object required(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("expected a value, found null");
    }
    return value;
  }

  private static @Nullable String trimmed(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String trimmed = text.strip();
    return trimmed.isEmpty() ? null : trimmed;
  }

  private static Object listed(Map<String, Object> values, @Nullable Object code) {
    Object value = values.get(((String) required(code)).stripTrailing());
    if (value == null) {
      throw new IllegalArgumentException("expected a value that is listed, found another");
    }
    return value;
  }

  /// Of two instants with one local time the later one.
  private static long instant(long local) {
    var time = LocalDateTime.ofEpochSecond(Math.floorDiv(local, SECOND), 0, ZoneOffset.UTC);
    ZoneOffsetTransition transition = ZONE.getRules().getTransition(time);
    ZoneOffset offset =
        transition == null
            ? ZONE.getRules().getOffset(time)
            : transition.isGap() ? transition.getOffsetBefore() : transition.getOffsetAfter();
    return local - offset.getTotalSeconds() * SECOND;
  }

  private UUID uuid5(UUID within, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    sha1.reset();
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(within.getMostSignificantBits())
            .putLong(within.getLeastSignificantBits())
            .array());
    var digest = ByteBuffer.wrap(sha1.digest(text));
    return new UUID(
        (digest.getLong() & ~0xF000L) | 0x5000L,
        (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
