package dev.tandem.version;

import dev.tandem.contract.Compatibility;
import dev.tandem.spec.Node;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What `steps.yaml` says.
///
/// @param steps by the older version of each
record StepFile(Compatibility compatibility, Map<Integer, Written> steps) {
  /// @param place of the step, or of the file where it says nothing of it
  /// @param up lenses to the newer version, by its fields
  /// @param down lenses to the older version, by its fields
  record Written(
      Node.Place place,
      SequencedMap<String, Expression> up,
      SequencedMap<String, Expression> down) {}

  StepFile {
    steps = Map.copyOf(steps);
  }

  Written step(int older, Node.Place file) {
    Written found = steps.get(older);
    return found == null ? new Written(file, new LinkedHashMap<>(), new LinkedHashMap<>()) : found;
  }
}
