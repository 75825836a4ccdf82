package dev.tandem.plan;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericEnumSymbol;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/// How large the record of an entity may be: key and value together, as they stand in the contract
/// topic, must not be larger than what its topic takes for certain. One rule for translation, which
/// forwards a record or makes a dead letter of it, and for the reconciler, which expects it or says
/// that it cannot be translated. Not thread-safe.
public final class ContractSize {
  /// Bytes of the largest batch that a topic takes: its `max.message.bytes`.
  public static final int LARGEST_BATCH = 16 << 20;

  /// More than the headers of a request, a batch and a record take, the contract position included.
  public static final int ROOM = 1024;

  /// Bytes of the largest record that fits uncompressed and alone into the largest batch.
  public static final int LARGEST = LARGEST_BATCH - ROOM;

  /// Of Confluent's framing, before the key and before the value.
  private static final int FRAMING = 5;

  /// What a number, a length or the branch of a union takes at most.
  private static final int NUMBER = 10;

  private static final int UTF8 = 3;
  private final EntityMapping mapping;
  private final int largest;

  /// @param largest bytes that key and value may have together
  public ContractSize(EntityMapping mapping, int largest) {
    this.mapping = mapping;
    this.largest = largest;
  }

  /// @throws MappingException if the record of the entity is too large
  public void require(GenericRecord contract) {
    if (most(contract) + NUMBER * (long) mapping.key().getFields().size() + 2 * FRAMING
        <= largest / 2) {
      // The key repeats values of the contract, so both together are smaller than twice this.
      return;
    }
    long size =
        2 * FRAMING
            + size(mapping.key(), mapping.keyOf(contract))
            + size(mapping.contract(), contract);
    if (size > largest) {
      throw refusal(size, largest);
    }
  }

  /// What is said of a record that is too large.
  public static MappingException refusal(long size, int largest) {
    return new MappingException(
        "(all)",
        "expected a record of at most "
            + largest
            + " bytes, which is what its topic takes, found "
            + size
            + "; fix: fewer or smaller rows of this aggregate, or map less of them");
  }

  private static long size(Schema schema, GenericRecord record) {
    var counted = new Counted();
    try {
      var encoder = EncoderFactory.get().directBinaryEncoder(counted, null);
      new GenericDatumWriter<GenericRecord>(schema, ContractData.MODEL).write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return counted.bytes;
  }

  /// No less than what a value takes, cheaply.
  private static long most(@Nullable Object value) {
    return switch (value) {
      case null -> NUMBER;
      case CharSequence text -> 2L * NUMBER + (long) UTF8 * text.length();
      case ByteBuffer bytes -> 2L * NUMBER + bytes.remaining();
      case GenericFixed fixed -> NUMBER + (long) fixed.bytes().length;
      case BigDecimal decimal ->
          2L * NUMBER + decimal.precision() + Math.abs((long) decimal.scale());
      case Number _, Boolean _ -> 2L * NUMBER;
      case Collection<?> items -> {
        long sum = 3L * NUMBER;
        for (Object item : items) {
          sum += most(item);
        }
        yield sum;
      }
      case IndexedRecord record -> {
        long sum = NUMBER;
        for (int i = 0; i < record.getSchema().getFields().size(); i++) {
          sum += most(record.get(i));
        }
        yield sum;
      }
      case GenericEnumSymbol<?> _ -> 2L * NUMBER;
      default -> Integer.MAX_VALUE; // Counted exactly.
    };
  }

  private static final class Counted extends OutputStream {
    private long bytes;

    @Override
    public void write(int one) {
      bytes++;
    }

    @Override
    public void write(byte[] some, int from, int length) {
      bytes += length;
    }
  }
}
