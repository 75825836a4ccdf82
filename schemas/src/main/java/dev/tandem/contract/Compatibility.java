package dev.tandem.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaIncompatibilityType;

/// Which versions of a contract have to read which, by Avro's rules, and by what their logical
/// types mean ([LogicalMismatch]): backward means that a version reads what its predecessor wrote,
/// forward that the predecessor reads what it wrote; a transitive one means all versions before it.
public enum Compatibility {
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

  Compatibility(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }

  /// One version cannot read what another wrote.
  ///
  /// @param reader the version that reads
  /// @param writer the version that wrote
  /// @param location in the reader's schema, as Avro writes it
  public record Breach(
      int reader, int writer, SchemaIncompatibilityType type, String location, String message) {
    /// The newer of the two, whose author can mend it.
    public int newer() {
      return Math.max(reader, writer);
    }
  }

  /// How `steps.yaml` names it: `backward-transitive`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Compatibility> of(String word) {
    return Arrays.stream(values()).filter(value -> value.word().equals(word)).findFirst();
  }

  public static List<String> names() {
    return Arrays.stream(values()).map(Compatibility::word).toList();
  }

  /// All breaches, of older versions first.
  public List<Breach> check(SortedMap<Integer, Schema> versions) {
    var breaches = new ArrayList<Breach>();
    versions.forEach(
        (newer, _) -> {
          int oldest = transitive ? versions.firstKey() : newer - 1;
          versions
              .subMap(Math.min(oldest, newer), newer)
              .forEach((older, _) -> breaches.addAll(check(versions, older, newer)));
        });
    return breaches;
  }

  private List<Breach> check(SortedMap<Integer, Schema> versions, int older, int newer) {
    var breaches = new ArrayList<Breach>();
    if (backward) {
      breaches.addAll(reads(versions, newer, older));
    }
    if (forward) {
      breaches.addAll(reads(versions, older, newer));
    }
    return breaches;
  }

  /// What keeps a version from reading what another wrote.
  public static List<Breach> reads(SortedMap<Integer, Schema> versions, int reader, int writer) {
    Schema to = Objects.requireNonNull(versions.get(reader));
    Schema of = Objects.requireNonNull(versions.get(writer));
    var breaches = new ArrayList<Breach>();
    for (Incompatibility found :
        SchemaCompatibility.checkReaderWriterCompatibility(to, of)
            .getResult()
            .getIncompatibilities()) {
      breaches.add(
          new Breach(reader, writer, found.getType(), found.getLocation(), found.getMessage()));
    }
    for (LogicalMismatch found : LogicalMismatch.between(to, of)) {
      breaches.add(
          new Breach(
              reader,
              writer,
              SchemaIncompatibilityType.TYPE_MISMATCH,
              found.location(),
              found.message()));
    }
    return breaches;
  }
}
