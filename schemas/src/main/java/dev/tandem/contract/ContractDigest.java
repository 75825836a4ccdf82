package dev.tandem.contract;

import dev.tandem.plan.ContractData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.EncoderFactory;

/// The content of a contract record in 128 bits: the first half of the SHA-256 of its Avro binary
/// form, with maps in the order of their keys. Records of one schema with equal content have equal
/// digests, in every run and process; the schema itself is not part of it.
///
/// @param high the first eight bytes
/// @param low the next eight
public record ContractDigest(long high, long low) {
  public static final int BYTES = 16;

  public static ContractDigest of(GenericRecord record) {
    var bytes = new ByteArrayOutputStream(256);
    var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new CanonicalWriter(record.getSchema()).write(record, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return of(ByteBuffer.wrap(sha256().digest(bytes.toByteArray())));
  }

  /// Reads what [#bytes] wrote.
  public static ContractDigest of(ByteBuffer bytes) {
    return new ContractDigest(bytes.getLong(), bytes.getLong());
  }

  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Avro leaves the order of a map's entries open; here it is that of the keys.
  private static final class CanonicalWriter extends GenericDatumWriter<GenericRecord> {
    CanonicalWriter(Schema schema) {
      super(schema, ContractData.MODEL);
    }

    @Override
    protected Iterable<Map.Entry<Object, Object>> getMapEntries(Object map) {
      var sorted = new TreeMap<Object, Object>((a, b) -> a.toString().compareTo(b.toString()));
      sorted.putAll((Map<?, ?>) map);
      return sorted.entrySet();
    }
  }
}
