package dev.tandem.wire;

import java.nio.ByteBuffer;

/// The five bytes before Avro binary: a zero, then the schema's id, big-endian.
///
/// Source: Confluent Schema Registry, "Wire format".
public final class Framing {
  public static final int SIZE = 5;

  private Framing() {}

  public static void write(byte[] target, int schemaId) {
    ByteBuffer.wrap(target).put((byte) 0).putInt(schemaId);
  }

  /// @throws UndecodableException if the bytes do not begin with a frame
  public static int schemaId(byte[] framed) {
    if (framed.length < SIZE || framed[0] != 0) {
      throw new UndecodableException(
          framed.length < SIZE
              ? "expected a schema frame of 5 bytes, found " + framed.length + " bytes"
              : "expected magic byte 0, found " + framed[0]);
    }
    return ByteBuffer.wrap(framed, 1, 4).getInt();
  }
}
