package dev.tandem.diff;

import org.apache.avro.generic.GenericRecord;

/// What a mapping makes of one aggregate.
sealed interface Translated {
  /// @param tenant empty where the domain declares none
  record Whole(GenericRecord record, String tenant) implements Translated {}

  /// It would become a dead letter.
  record Refused(String reason) implements Translated {}

  /// A value that the log did not give is not known yet, so neither is the result.
  record Unknown() implements Translated {}
}
