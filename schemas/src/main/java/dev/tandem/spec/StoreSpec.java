package dev.tandem.spec;

/// How one of the two databases is reached.
///
/// @param url `jdbc:postgresql://…`, without credentials; a stand-in where any of the three is
///     missing
public record StoreSpec(Located<String> url, String user, Secret password) {
  /// Whether a connection can be tried.
  public boolean isComplete() {
    return url.known();
  }
}
