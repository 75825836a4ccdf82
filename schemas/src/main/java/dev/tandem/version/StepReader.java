package dev.tandem.version;

import dev.tandem.contract.Compatibility;
import dev.tandem.spec.NearMatch;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.spec.YamlReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// Reads `steps.yaml`. Everything that is wrong with its form is reported; whether its lenses fit
/// the versions is the compiler's to say.
///
/// ```yaml
/// compatibility: backward-transitive
/// 1-2:
///   up:   { fullName: { join: [firstName, lastName], with: " " } }
///   down: { firstName: { split: fullName, at: " ", part: 0 }, … }
/// ```
final class StepReader {
  private static final Pattern STEP = Pattern.compile("([1-9][0-9]{0,5})-([1-9][0-9]{0,5})");
  private static final String COMPATIBILITY = "compatibility";
  private static final List<String> DIRECTIONS = List.of("up", "down");
  private final Problems problems;
  private final int versions;
  private Compatibility compatibility = Compatibility.BACKWARD;
  private final Map<Integer, StepFile.Written> steps = new HashMap<>();

  /// @param versions how many there are
  private StepReader(Problems problems, int versions) {
    this.problems = problems;
    this.versions = versions;
  }

  /// Empty if it is no YAML, or no mapping.
  static Optional<StepFile> read(Path file, int versions, Problems problems) {
    var reader = new StepReader(problems, versions);
    return YamlReader.read(file, problems)
        .filter(reader::document)
        .map(_ -> new StepFile(reader.compatibility, reader.steps));
  }

  private boolean document(Node node) {
    if (!(node instanceof Node.Mapping mapping)) {
      problems.error(
          node.place(),
          "",
          "expected a mapping of steps, found something else",
          "write 1-2: { up: {…}, down: {…} }");
      return false;
    }
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              var place = mapping.keys().getOrDefault(key, value.place());
              if (key.equals(COMPATIBILITY)) {
                compatibility(value);
              } else {
                step(key, place, value);
              }
            });
    return true;
  }

  private void compatibility(Node value) {
    String text = value instanceof Node.Scalar scalar ? scalar.text() : "";
    var found = Compatibility.of(text);
    if (found.isEmpty()) {
      problems.error(
          value.place(),
          COMPATIBILITY,
          "expected one of " + String.join(", ", Compatibility.names()) + ", found '" + text + "'",
          NearMatch.suggestion(text, Compatibility.names()));
    } else {
      compatibility = found.get();
    }
  }

  private void step(String key, Node.Place place, Node value) {
    var parts = STEP.matcher(key);
    int older = parts.matches() ? Integer.parseInt(parts.group(1)) : 0;
    if (older < 1 || Integer.parseInt(parts.group(2)) != older + 1 || older >= versions) {
      problems.error(
          place,
          key,
          "expected a step between two neighbouring versions, or 'compatibility'; found '"
              + key
              + "', and the versions are 1 to "
              + versions,
          versions > 1 ? "name it 1-2, 2-3, …" : "remove it, or add v2.avsc");
      return;
    }
    if (!(value instanceof Node.Mapping mapping)) {
      problems.error(place, key, "expected a mapping, found none", "write { up: {…}, down: {…} }");
      return;
    }
    for (String direction : mapping.entries().keySet()) {
      if (!DIRECTIONS.contains(direction)) {
        problems.error(
            mapping.keys().getOrDefault(direction, place),
            key + "." + direction,
            "expected up or down, found '" + direction + "'",
            NearMatch.suggestion(direction, DIRECTIONS));
      }
    }
    steps.put(
        older,
        new StepFile.Written(place, lenses(mapping, key, "up"), lenses(mapping, key, "down")));
  }

  private SequencedMap<String, Expression> lenses(Node.Mapping step, String key, String direction) {
    Node node = step.entries().get(direction);
    if (node == null) {
      return new LinkedHashMap<>();
    }
    String path = key + "." + direction;
    try {
      return new ExpressionReader(path, problems).fields(node);
    } catch (Rejected e) {
      return new LinkedHashMap<>();
    }
  }
}
