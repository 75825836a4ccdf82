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
/// @param published what would be written to the topics of other versions that the spec publishes,
///     in that order; of one instance only the last
public record Translated(
    List<Contract> contracts, List<DeadLetter> deadLetters, List<Published> published) {
  /// One record of the contract topic.
  ///
  /// @param value null for a deletion
  public record Contract(String entity, GenericRecord key, @Nullable GenericRecord value) {}

  /// One record of another version's topic.
  ///
  /// @param key as in the contract topic
  /// @param value null for a deletion
  public record Published(
      String entity, int version, GenericRecord key, @Nullable GenericRecord value) {}

  /// Of a domain that publishes no other version.
  public Translated(List<Contract> contracts, List<DeadLetter> deadLetters) {
    this(contracts, deadLetters, List.of());
  }

  public Translated {
    published = List.copyOf(published);
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

  /// The records of an entity in another version that is published, deletions left out.
  public List<GenericRecord> records(String entity, int version) {
    return published.stream()
        .filter(each -> each.entity.equals(entity) && each.version == version)
        .map(Published::value)
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  /// The one record of an entity.
  ///
  /// @throws IllegalStateException if there is none, or more than one, with the dead letters
  public GenericRecord record(String entity) {
    return only(entity, records(entity));
  }

  /// The one record of an entity in another version that is published.
  ///
  /// @throws IllegalStateException if there is none, or more than one, with the dead letters
  public GenericRecord record(String entity, int version) {
    return only(entity + " in version " + version, records(entity, version));
  }

  private GenericRecord only(String of, List<GenericRecord> records) {
    if (records.size() != 1) {
      throw new IllegalStateException(
          "expected one record of "
              + of
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
