package dev.tandem.lens;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The keywords of the lenses.
enum LensName {
  COPY,
  JOIN,
  SPLIT,
  LOOKUP,
  DECIMAL,
  CAST,
  TIMESTAMP,
  TRIM,
  CONSTANT,
  DEFAULT,
  UUID5,
  ENUM,
  RECORD,
  EACH,
  CONCAT,
  JAVA;

  String keyword() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What may stand beside the keyword.
  Set<String> options() {
    return switch (this) {
      case COPY, CONSTANT, DEFAULT, RECORD, CONCAT -> Set.of();
      case JOIN -> Set.of("with");
      case SPLIT -> Set.of("at", "part");
      case LOOKUP, ENUM -> Set.of("values", "default");
      case DECIMAL -> Set.of("scale", "rounding");
      case CAST -> Set.of("to", "overflow");
      case TIMESTAMP -> Set.of("zone", "gap", "overlap");
      case TRIM -> Set.of("empty");
      case UUID5 -> Set.of("namespace");
      case EACH -> Set.of("map", "of", "order");
      case JAVA -> Set.of("from");
    };
  }

  static Optional<LensName> of(String keyword) {
    return Arrays.stream(values()).filter(name -> name.keyword().equals(keyword)).findFirst();
  }

  static List<String> keywords() {
    return Arrays.stream(values()).map(LensName::keyword).toList();
  }
}
