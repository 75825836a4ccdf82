package dev.tandem.diff;

import dev.tandem.diff.Translated.Refused;
import dev.tandem.diff.Translated.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// What another mapping would change in one entity: counts, and the first samples of each way to
/// change. Not thread-safe.
public final class MappingDiff {
  /// Tenants that are counted by name; the rest is counted together under [#OTHERS].
  private static final int NAMED_TENANTS = 1_000;

  public static final String OTHERS = "(others)";

  private final int samples;
  private final Set<String> sensitive;
  private final Map<Change, Long> counts = new TreeMap<>();
  private final Map<String, Long> fields = new TreeMap<>();
  private final Map<String, Long> tenants = new TreeMap<>();
  private final Map<Change, List<Sample>> sampled = new TreeMap<>();

  /// How an entity fares under the other mapping.
  public enum Change {
    /// The same record.
    SAME,
    /// Fields differ.
    CHANGED,
    /// There would be one where there is none.
    ADDED,
    /// There would be none where there is one.
    REMOVED,
    /// It would become a dead letter.
    NO_LONGER_TRANSLATED,
    /// It is a dead letter, and would not be.
    NEWLY_TRANSLATED,
    /// It cannot be translated by either.
    NEVER_TRANSLATED,
    /// A value that the log did not give is not known yet.
    UNKNOWN
  }

  /// @param reason why it cannot be translated, empty otherwise
  public record Sample(String key, String tenant, List<Field> fields, String reason) {}

  /// One field of a sample. Values are texts; of a sensitive field both are [#MASKED].
  public record Field(String name, @Nullable String before, @Nullable String after) {}

  static final String MASKED = "(sensitive)";

  /// @param samples how many are kept of each way to change
  /// @param sensitive fields whose values are not shown
  MappingDiff(int samples, Set<String> sensitive) {
    this.samples = samples;
    this.sensitive = Set.copyOf(sensitive);
  }

  /// Takes the next entity.
  ///
  /// @param before null where the mapping in use has no such entity
  /// @param after null where the other has none
  void add(String key, @Nullable Translated before, @Nullable Translated after) {
    Change change = change(before, after);
    counts.merge(change, 1L, Long::sum);
    if (change == Change.SAME || change == Change.UNKNOWN) {
      return;
    }
    String tenant = tenant(before).isEmpty() ? tenant(after) : tenant(before);
    boolean isNamed = tenants.containsKey(tenant) || tenants.size() < NAMED_TENANTS;
    tenants.merge(isNamed ? tenant : OTHERS, 1L, Long::sum);
    var differing = new ArrayList<Field>();
    if (before instanceof Whole old && after instanceof Whole now) {
      for (String name : FieldComparison.differing(old.record(), now.record())) {
        fields.merge(name, 1L, Long::sum);
        differing.add(field(name, old.record(), now.record()));
      }
    }
    List<Sample> some = sampled.computeIfAbsent(change, _ -> new ArrayList<>());
    if (some.size() < samples) {
      String reason =
          after instanceof Refused refused
              ? refused.reason()
              : before instanceof Refused refused ? refused.reason() : "";
      some.add(new Sample(key, tenant, differing, reason));
    }
  }

  private static Change change(@Nullable Translated before, @Nullable Translated after) {
    if (before instanceof Translated.Unknown || after instanceof Translated.Unknown) {
      return Change.UNKNOWN;
    }
    if (before instanceof Refused) {
      return after instanceof Refused ? Change.NEVER_TRANSLATED : Change.NEWLY_TRANSLATED;
    }
    if (after instanceof Refused) {
      return Change.NO_LONGER_TRANSLATED;
    }
    if (before instanceof Whole old && after instanceof Whole now) {
      return FieldComparison.differing(old.record(), now.record()).isEmpty()
          ? Change.SAME
          : Change.CHANGED;
    }
    return before == null ? Change.ADDED : Change.REMOVED;
  }

  private static String tenant(@Nullable Translated translated) {
    return translated instanceof Whole whole ? whole.tenant() : "";
  }

  private Field field(String name, GenericRecord before, GenericRecord after) {
    return sensitive.contains(name)
        ? new Field(name, MASKED, MASKED)
        : new Field(
            name,
            text(FieldComparison.value(before, name)),
            text(FieldComparison.value(after, name)));
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /// Whether anything would be another way.
  public boolean isDifferent() {
    return counts.keySet().stream()
        .anyMatch(
            change ->
                switch (change) {
                  case SAME, UNKNOWN, NEVER_TRANSLATED -> false;
                  case CHANGED, ADDED, REMOVED, NO_LONGER_TRANSLATED, NEWLY_TRANSLATED -> true;
                });
  }

  public long count(Change change) {
    return counts.getOrDefault(change, 0L);
  }

  public long compared() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /// How many entities differ in each field.
  public Map<String, Long> fields() {
    return Map.copyOf(fields);
  }

  /// How many entities of each tenant differ.
  public Map<String, Long> tenants() {
    return Map.copyOf(tenants);
  }

  public List<Sample> samples(Change change) {
    return List.copyOf(sampled.getOrDefault(change, List.of()));
  }
}
