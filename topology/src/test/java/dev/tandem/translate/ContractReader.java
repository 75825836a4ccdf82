package dev.tandem.translate;

import dev.tandem.plan.ContractData;
import dev.tandem.wire.Framing;
import dev.tandem.wire.MemoryRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/// Contract bytes as text, such as `OrderKey{"id": 7}`.
final class ContractReader {
  private ContractReader() {}

  static String text(MemoryRegistry registry, byte[] framed) {
    Schema schema = registry.byId(Framing.schemaId(framed));
    var reader = new GenericDatumReader<GenericRecord>(schema, schema, ContractData.MODEL);
    try {
      var in =
          DecoderFactory.get()
              .binaryDecoder(framed, Framing.SIZE, framed.length - Framing.SIZE, null);
      return schema.getName() + reader.read(null, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
