package dev.tandem.version;

import dev.tandem.contract.ContractFolder;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Records that a step accepts, found a field at a time: by chance alone, four texts that all have
/// to read as booleans come together once in tens of thousands of records.
final class AcceptedWalk {
  private static final int ACCEPTED = Integer.MAX_VALUE;
  private final Step step;
  private final Schema schema;
  private final Schema target;
  private final Random random;
  private final RandomRecord records;
  private GenericData.Record last;

  AcceptedWalk(ContractFolder folder, Step step, Random random) {
    this.step = step;
    this.schema = folder.version(step.from());
    this.target = folder.version(step.to());
    this.random = random;
    this.records = new RandomRecord(random);
    this.last = new GenericData.Record((GenericData.Record) records.of(schema), false);
  }

  /// The last record that got this far with another value in one field. The next one starts from it
  /// unless the step now stops at an earlier field.
  GenericRecord next() {
    var made = new GenericData.Record(last, false);
    int field = random.nextInt(schema.getFields().size());
    made.put(field, records.of(schema).get(field));
    if (reach(made) >= reach(last)) {
      last = made;
    }
    return made;
  }

  /// Where the step stops.
  private int reach(GenericRecord record) {
    try {
      step.of(record);
      return ACCEPTED;
    } catch (StepException e) {
      return target.getField(e.field().split("[.\\[]")[0]).pos();
    }
  }
}
