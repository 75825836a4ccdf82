package dev.tandem.spec;

import java.util.Optional;

/// How one of the two databases is reached.
///
/// @param url `jdbc:postgresql://…`, without credentials; a stand-in where any of the three is
///     missing
/// @param retained what the slot of its capture may retain
/// @param replica a standby of it that sweeps read instead, if there is one
public record StoreSpec(
    Located<String> url,
    String user,
    Secret password,
    RetainedLog retained,
    Optional<StoreSpec> replica) {
  /// Whether a connection can be tried.
  public boolean isComplete() {
    return url.known();
  }
}
