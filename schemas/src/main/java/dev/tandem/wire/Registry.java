package dev.tandem.wire;

import org.apache.avro.Schema;

/// What Tandem needs of a schema registry. Thread-safe; answers are cached, so neither call is
/// remote on a hot path.
public interface Registry {
  /// The id of a schema under a subject, registered if it is new.
  ///
  /// @throws RegistryException if the registry cannot be reached (retriable) or refuses the schema
  int register(String subject, Schema schema);

  /// The id of a schema under a subject whose versions need not be compatible, since each record is
  /// read with the schema that it was written with: so are the rows of a table that changes.
  ///
  /// @throws RegistryException if the registry cannot be reached (retriable) or refuses the schema
  default int registerUnrelated(String subject, Schema schema) {
    return register(subject, schema);
  }

  /// The schema of an id.
  ///
  /// @throws RegistryException if the registry cannot be reached (retriable) or knows no such id
  Schema byId(int id);

  /// Subject of a schema in a topic's values or keys: topic and record name, as Confluent's
  /// `TopicRecordNameStrategy`.
  static String subject(String topic, Schema schema) {
    return topic + "-" + schema.getFullName();
  }
}
