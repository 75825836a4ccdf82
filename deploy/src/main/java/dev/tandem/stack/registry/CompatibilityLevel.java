package dev.tandem.stack.registry;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/// Which readers and writers of a subject's versions must understand each other.
///
/// BACKWARD: the new schema reads what the one before wrote. FORWARD: the one before reads what the
/// new one writes. FULL: both. The transitive levels ask it of every earlier version, the others of
/// the latest only.
enum CompatibilityLevel {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean backward;
  private final boolean forward;
  private final boolean transitive;

  CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }

  static Optional<CompatibilityLevel> named(String name) {
    return Arrays.stream(values()).filter(level -> level.name().equals(name)).findFirst();
  }

  /// What the candidate breaks against the versions before it, oldest first; empty where nothing.
  List<String> conflicts(Schema candidate, List<Schema> earlier) {
    var against = transitive || earlier.isEmpty() ? earlier : List.of(earlier.getLast());
    return against.stream().flatMap(version -> between(candidate, version).stream()).toList();
  }

  private List<String> between(Schema candidate, Schema version) {
    if (backward && !reads(candidate, version).isEmpty()) {
      return reads(candidate, version);
    }
    return forward ? reads(version, candidate) : List.of();
  }

  private static List<String> reads(Schema reader, Schema writer) {
    var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    if (result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE) {
      return List.of();
    }
    return result.getIncompatibilities().stream()
        .map(found -> found.getType() + " at " + found.getLocation() + ": " + found.getMessage())
        .toList();
  }
}
