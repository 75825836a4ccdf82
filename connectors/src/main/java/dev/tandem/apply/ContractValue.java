package dev.tandem.apply;

import org.apache.avro.generic.GenericRecord;

/// The value of a change that has one.
final class ContractValue {
  private ContractValue() {}

  static GenericRecord of(Change change) {
    GenericRecord value = change.value();
    if (value == null) {
      throw new IllegalStateException("a deletion of " + change.entity().name() + " has no value");
    }
    return value;
  }
}
