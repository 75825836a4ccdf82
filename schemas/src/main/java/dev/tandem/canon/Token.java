package dev.tandem.canon;

import dev.tandem.canon.SipHash.Digest;
import dev.tandem.contract.OptionalSchema;
import dev.tandem.image.ByteSink;
import dev.tandem.image.ByteSource;
import dev.tandem.plan.ObservedValue;
import dev.tandem.plan.TargetPlan.TargetColumn;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// What stands for the value of one target column, on both sides: equal tokens mean equal values. A
/// token is a tag and the value's canonical bytes, if these are few and may be shown; else their
/// keyed digest of 128 bits. Not thread-safe.
///
/// An observed value that the contract's field cannot have, which only somebody else can have
/// written, has a token that no expected value has.
public final class Token {
  /// As many bytes as a value may have to stand for itself.
  private static final int SHORT = 15;

  private static final byte NULL = 0;
  private static final byte VALUE = 1;
  private static final byte DIGEST = 2;
  private static final byte STRANGE = 3;
  private final SipHash hash;
  private final Schema schema;
  private final ObservedValue observed;
  private final StoredText text;
  private final Shown shown;
  private final ByteSink out = new ByteSink();

  /// Whether values may be seen in events and state.
  public enum Shown {
    PLAIN,
    /// Only the digest: the spec marks the field as sensitive.
    DIGESTED
  }

  /// @param record the schema that the column's field belongs to
  public Token(TargetColumn column, Schema record, Shown shown, SipHash hash) {
    this.hash = hash;
    this.shown = shown;
    this.schema = record.getField(column.field()).schema();
    this.observed = new ObservedValue(schema, column.postgres());
    this.text = StoredText.of(schema, column.postgres());
  }

  /// @param value in the form of [dev.tandem.plan.ContractData], or null
  public byte[] expected(@Nullable Object value) {
    if (value == null) {
      return new byte[] {NULL};
    }
    out.clear();
    switch (value) {
      case CharSequence one -> out.putRaw(text.of(one.toString()).getBytes(StandardCharsets.UTF_8));
      case Collection<?> many -> CanonicalBytes.append(out, schema, stored(many));
      default -> CanonicalBytes.append(out, schema, value);
    }
    return token(out.toByteArray());
  }

  /// @param carried the column's value in its carrier's class, or null
  public byte[] observed(@Nullable Object carried) {
    try {
      return expected(observed.contract(carried));
    } catch (IllegalArgumentException strange) {
      out.clear();
      out.putText(String.valueOf(carried instanceof byte[] raw ? Arrays.toString(raw) : carried));
      return digest(STRANGE, out.toByteArray());
    }
  }

  private List<@Nullable Object> stored(Collection<?> values) {
    var stored = new ArrayList<@Nullable Object>(values.size());
    for (@Nullable Object value : values) {
      stored.add(value instanceof CharSequence one ? text.of(one.toString()) : value);
    }
    return stored;
  }

  private byte[] token(byte[] canonical) {
    if (shown == Shown.DIGESTED || canonical.length > SHORT) {
      return digest(DIGEST, canonical);
    }
    byte[] token = new byte[canonical.length + 1];
    token[0] = VALUE;
    System.arraycopy(canonical, 0, token, 1, canonical.length);
    return token;
  }

  private byte[] digest(byte tag, byte[] canonical) {
    Digest digest = hash.digest(canonical);
    out.clear();
    out.put(tag);
    out.putLong(digest.high());
    out.putLong(digest.low());
    return out.toByteArray();
  }

  /// The value, if the token holds it, else its digest; null for null. For people.
  public @Nullable String text(byte[] token) {
    byte[] rest = Arrays.copyOfRange(token, 1, token.length);
    return switch (token[0]) {
      case NULL -> null;
      case VALUE -> text(OptionalSchema.bare(schema), rest);
      default -> "digest:" + HexFormat.of().formatHex(rest);
    };
  }

  private static String text(Schema type, byte[] canonical) {
    var in = new ByteSource(canonical);
    return switch (type.getType()) {
      case INT, LONG -> moment(type.getLogicalType(), in.takeVarint());
      case BOOLEAN -> String.valueOf(in.take() == 1);
      case FLOAT -> String.valueOf(Float.intBitsToFloat((int) in.takeVarint()));
      case DOUBLE -> String.valueOf(Double.longBitsToDouble(in.takeLong()));
      case BYTES, FIXED ->
          type.getLogicalType() == null
              ? "\\x" + HexFormat.of().formatHex(canonical)
              : new String(canonical, StandardCharsets.UTF_8);
      case STRING, ENUM -> new String(canonical, StandardCharsets.UTF_8);
      case ARRAY, RECORD, MAP, UNION, NULL -> "\\x" + HexFormat.of().formatHex(canonical);
    };
  }

  private static String moment(@Nullable LogicalType logical, long value) {
    String name = logical == null ? "" : logical.getName();
    return switch (name) {
      case "date" -> LocalDate.ofEpochDay(value).toString();
      case "timestamp-micros" -> instant(value, ChronoUnit.MICROS).toString();
      case "timestamp-millis" -> instant(value, ChronoUnit.MILLIS).toString();
      case "local-timestamp-micros" -> local(instant(value, ChronoUnit.MICROS));
      case "local-timestamp-millis" -> local(instant(value, ChronoUnit.MILLIS));
      default -> String.valueOf(value);
    };
  }

  private static Instant instant(long value, ChronoUnit unit) {
    return Instant.EPOCH.plus(value, unit);
  }

  private static String local(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC).toLocalDateTime().toString();
  }
}
