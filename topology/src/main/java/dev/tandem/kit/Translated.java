package dev.tandem.kit;

import dev.tandem.wire.DeadLetter;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// What came of some legacy rows.
///
/// @param contracts in the order in which they would be written; of one instance only the last
/// @param deadLetters what would be parked, and why: in the words that operators would read
public record Translated(List<Contract> contracts, List<DeadLetter> deadLetters) {
  /// One record of the contract topic.
  ///
  /// @param value null for a deletion
  public record Contract(String entity, GenericRecord key, @Nullable GenericRecord value) {}

  public Translated {
    contracts = List.copyOf(contracts);
    deadLetters = List.copyOf(deadLetters);
  }

  /// The records of an entity, deletions left out.
  public List<GenericRecord> records(String entity) {
    return contracts.stream()
        .filter(contract -> contract.entity.equals(entity))
        .map(Contract::value)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  /// The one record of an entity.
  ///
  /// @throws IllegalStateException if there is none, or more than one, with the dead letters
  public GenericRecord record(String entity) {
    List<GenericRecord> records = records(entity);
    if (records.size() != 1) {
      throw new IllegalStateException(
          "expected one record of "
              + entity
              + ", found "
              + records.size()
              + "; dead letters: "
              + reasons());
    }
    return records.getFirst();
  }

  /// The reasons of the dead letters, in order: `Customer: status: expected one of …`.
  public List<String> reasons() {
    return deadLetters.stream().map(letter -> letter.entity() + ": " + letter.reason()).toList();
  }
}
