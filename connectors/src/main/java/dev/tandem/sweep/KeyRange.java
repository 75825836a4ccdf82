package dev.tandem.sweep;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows with `after < key <= upTo`, keys as PostgreSQL's text by key column; null is no bound.
public record KeyRange(@Nullable List<String> after, @Nullable List<String> upTo) {
  public static final KeyRange ALL = new KeyRange(null, null);

  public KeyRange {
    after = after == null ? null : List.copyOf(after);
    upTo = upTo == null ? null : List.copyOf(upTo);
  }

  /// The part of it up to `key`.
  KeyRange to(List<String> key) {
    return new KeyRange(after, key);
  }

  /// What is left of it once everything up to `key` has been read.
  public KeyRange from(List<String> key) {
    return new KeyRange(key, upTo);
  }
}
