package dev.tandem.capture;

import dev.tandem.wire.RegistryException;
import java.util.function.Supplier;

/// Encodes what Kafka takes.
///
/// @param largest of the records that it takes, bytes
record Fitting(int largest) {
  /// The bytes of a record.
  ///
  /// @throws UnfitException if they are too many, or if the values are not what their columns say
  /// @throws RegistryException if the registry has to be asked and is away: that passes
  byte[] encode(Supplier<byte[]> encoded) throws UnfitException {
    byte[] record;
    try {
      record = encoded.get();
    } catch (RegistryException away) {
      throw away;
    } catch (RuntimeException broken) {
      throw new UnfitException("it cannot be encoded: " + broken.getClass().getName(), broken);
    }
    if (record.length > largest) {
      throw new UnfitException(
          "expected a record of at most " + largest + " bytes, found " + record.length);
    }
    return record;
  }
}
