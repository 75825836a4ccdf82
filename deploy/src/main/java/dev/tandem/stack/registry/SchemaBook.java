package dev.tandem.stack.registry;

import dev.tandem.stack.registry.RegistryEntry.Level;
import dev.tandem.stack.registry.RegistryEntry.State;
import dev.tandem.stack.registry.RegistryEntry.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/// The registry's rule: which id and version a schema gets, and whether it may.
///
/// - The same schema has the same id under every subject; a new one gets the next id, from 1.
/// - A subject's versions count from 1; a number is never given twice, unless all were erased.
/// - A schema that a subject lists already is not registered again.
/// - Any other must keep the subject's compatibility level, against the versions that are listed.
///
/// Nothing changes by asking: what a request would change is returned as entries, and holds once
/// they were given to [#apply]. Not thread-safe.
final class SchemaBook {
  /// Every version ever kept, by subject and number.
  private final Map<String, TreeMap<Integer, Version>> subjects = new TreeMap<>();

  private final Map<Integer, String> schemas = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new TreeMap<>();
  private CompatibilityLevel commonLevel = CompatibilityLevel.BACKWARD;

  void apply(RegistryEntry entry) {
    switch (entry) {
      case Version version -> {
        schemas.put(version.id(), version.schema());
        subjects
            .computeIfAbsent(version.subject(), subject -> new TreeMap<>())
            .put(version.version(), version);
      }
      case Level level ->
          level
              .subject()
              .ifPresentOrElse(
                  subject -> levels.put(subject, level.level()), () -> commonLevel = level.level());
    }
  }

  /// The version that holds the schema under this subject: the one there is, or the one to be kept.
  Version register(String subject, String text) {
    var schema = parse(text);
    var canonical = schema.toString();
    var known = find(subject, canonical);
    if (known.isPresent()) {
      return known.get();
    }
    var conflicts = conflicts(subject, schema, listed(subject));
    if (!conflicts.isEmpty()) {
      throw RegistryRefusal.incompatible(String.join("; ", conflicts));
    }
    return new Version(subject, nextVersion(subject), id(canonical), canonical, State.LISTED);
  }

  /// The version under which a subject lists a schema.
  Version lookUp(String subject, String text) {
    requireSubject(subject);
    return find(subject, parse(text).toString())
        .orElseThrow(() -> RegistryRefusal.noSuchSchema("under '" + subject + "'"));
  }

  String schema(int id) {
    return Optional.ofNullable(schemas.get(id))
        .orElseThrow(() -> RegistryRefusal.noSuchSchema(Integer.toString(id)));
  }

  /// Where an id is listed.
  List<Version> uses(int id) {
    schema(id);
    return subjects.keySet().stream()
        .flatMap(subject -> listed(subject).stream())
        .filter(version -> version.id() == id)
        .toList();
  }

  List<String> subjects() {
    return subjects.keySet().stream().filter(subject -> !listed(subject).isEmpty()).toList();
  }

  /// All listed versions of a subject that has some, oldest first.
  List<Version> versions(String subject) {
    return requireSubject(subject);
  }

  /// One listed version, by its number or `latest`.
  Version version(String subject, String wanted) {
    var listed = requireSubject(subject);
    if (wanted.equals("latest") || wanted.equals("-1")) {
      return listed.getLast();
    }
    if (!wanted.matches("[1-9][0-9]{0,8}")) {
      throw RegistryRefusal.invalidVersion(wanted);
    }
    return listed.stream()
        .filter(version -> version.version() == Integer.parseInt(wanted))
        .findFirst()
        .orElseThrow(() -> RegistryRefusal.noSuchVersion(wanted));
  }

  /// What the schema would break against these versions of the subject.
  List<String> conflicts(String subject, String text, List<Version> against) {
    return conflicts(subject, parse(text), against);
  }

  private List<String> conflicts(String subject, Schema schema, List<Version> against) {
    var earlier = against.stream().map(version -> parse(version.schema())).toList();
    return effectiveLevel(subject).conflicts(schema, earlier);
  }

  CompatibilityLevel commonLevel() {
    return commonLevel;
  }

  CompatibilityLevel ownLevel(String subject) {
    return Optional.ofNullable(levels.get(subject))
        .orElseThrow(() -> RegistryRefusal.noLevel(subject));
  }

  CompatibilityLevel effectiveLevel(String subject) {
    return levels.getOrDefault(subject, commonLevel);
  }

  /// A subject's listed versions, as deleted ones.
  List<Version> delete(String subject) {
    var listed = listed(subject);
    if (listed.isEmpty() && !all(subject, State.DELETED).isEmpty()) {
      throw RegistryRefusal.alreadyDeleted(subject);
    }
    return requireSubject(subject).stream().map(found -> found.withState(State.DELETED)).toList();
  }

  /// A subject's deleted versions, as erased ones.
  List<Version> erase(String subject) {
    if (!listed(subject).isEmpty()) {
      throw RegistryRefusal.notDeletedYet(subject);
    }
    var deleted = all(subject, State.DELETED);
    if (deleted.isEmpty()) {
      throw RegistryRefusal.noSuchSubject(subject);
    }
    return deleted.stream().map(found -> found.withState(State.ERASED)).toList();
  }

  private List<Version> requireSubject(String subject) {
    var listed = listed(subject);
    if (listed.isEmpty()) {
      throw RegistryRefusal.noSuchSubject(subject);
    }
    return listed;
  }

  private List<Version> listed(String subject) {
    return all(subject, State.LISTED);
  }

  private List<Version> all(String subject, State state) {
    var versions = subjects.getOrDefault(subject, new TreeMap<>());
    return versions.values().stream().filter(version -> version.state() == state).toList();
  }

  private Optional<Version> find(String subject, String canonical) {
    return new ArrayList<>(listed(subject))
        .reversed().stream().filter(version -> version.schema().equals(canonical)).findFirst();
  }

  private int nextVersion(String subject) {
    var versions = subjects.getOrDefault(subject, new TreeMap<>());
    return versions.values().stream()
            .filter(version -> version.state() != State.ERASED)
            .mapToInt(Version::version)
            .max()
            .orElse(0)
        + 1;
  }

  private int id(String canonical) {
    return schemas.entrySet().stream()
        .filter(known -> known.getValue().equals(canonical))
        .mapToInt(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> schemas.keySet().stream().mapToInt(id -> id).max().orElse(0) + 1);
  }

  private static Schema parse(String text) {
    try {
      return new Schema.Parser().parse(text);
    } catch (SchemaParseException e) {
      throw RegistryRefusal.invalidSchema(String.valueOf(e.getMessage()));
    }
  }
}
