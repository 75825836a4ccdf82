package dev.tandem.plan;

import dev.tandem.wire.RegistryException;

/// A row that the mapping cannot translate: an error of kind DATA, which parks the record and lets
/// the rest go on.
///
/// The message holds no value of a row.
public final class MappingException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String field;
  private final String reason;

  /// @param field path of the contract field: `addresses.street`
  /// @param reason what was expected and what was found, without the value
  public MappingException(String field, String reason) {
    super(field + ": " + reason, null, false, false);
    this.field = field;
    this.reason = reason;
  }

  /// What a mapping in Java has thrown, which may be anything; as it is where that is of this kind.
  /// Its words may hold values of the row, so that only its class is told.
  ///
  /// @param field path of the contract field that was asked for
  /// @throws RegistryException if that was thrown: whoever is away says nothing of the row
  public static MappingException of(String field, RuntimeException thrown) {
    if (thrown instanceof RegistryException away) {
      throw away;
    }
    return thrown instanceof MappingException known
        ? known
        : new MappingException(field, "the mapping failed with " + thrown.getClass().getName());
  }

  public String field() {
    return field;
  }

  public String reason() {
    return reason;
  }
}
