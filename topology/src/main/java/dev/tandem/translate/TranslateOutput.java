package dev.tandem.translate;

import dev.tandem.wire.ContractPosition;
import org.jspecify.annotations.Nullable;

/// Where a partition's translation writes.
interface TranslateOutput {
  /// The next record of the contract topic.
  ///
  /// @param value null for a deletion
  void contract(byte[] key, byte @Nullable [] value, ContractPosition position);

  /// The same record as another version of the contract has it, for that version's topic.
  ///
  /// @param value null for a deletion
  /// @param position of the record in the contract topic that it goes with
  void version(int version, byte[] key, byte @Nullable [] value, ContractPosition position);

  void deadLetter(Refusal refusal);

  /// What could not be translated.
  ///
  /// @param entity empty where it is not known
  /// @param key the contract key, null where it could not be computed
  /// @param reason what was expected and what was found, without values of the row
  /// @param cause class and message of the error behind it, empty if there is none
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Refusal(String entity, byte @Nullable [] key, String reason, String cause) {}
}
