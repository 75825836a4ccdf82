package dev.tandem.spec;

/// A value of the spec with its place, so that what is found wrong with it later is shown there.
///
/// @param path where in the document, as keys
/// @param known false for a stand-in: the value is missing or wrong, which has been reported, and
///     nothing is to be concluded from it
public record Located<T>(T value, Node.Place place, String path, boolean known) {
  public Located(T value, Node.Place place, String path) {
    this(value, place, path, true);
  }

  public void error(Problems problems, String cause, String fix) {
    problems.error(place, path, cause, fix);
  }

  public void warning(Problems problems, String cause, String fix) {
    problems.warning(place, path, cause, fix);
  }

  /// Another value at the same place, as well known as this one.
  public <U> Located<U> with(U other) {
    return new Located<>(other, place, path, known);
  }

  /// Another value at the same place that only stands in.
  public <U> Located<U> standIn(U other) {
    return new Located<>(other, place, path, false);
  }
}
