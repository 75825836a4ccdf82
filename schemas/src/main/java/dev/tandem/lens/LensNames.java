package dev.tandem.lens;

import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import java.util.Optional;

/// The names of lenses and of their options, which a spec can be asked about without a store.
public final class LensNames {
  private LensNames() {}

  /// Reports every lens of a mapping that is none, or has options that it does not know.
  ///
  /// @param path of the mapping in the spec
  public static void check(Node.Mapping map, String path, Problems problems) {
    map.entries().forEach((field, lens) -> check(lens, path + "." + field, problems));
  }

  private static void check(Node node, String path, Problems problems) {
    LensNode lens;
    try {
      lens = LensNode.of(node, path, problems);
    } catch (Rejected said) {
      return;
    }
    Optional<Node> inner =
        switch (lens.name()) {
          case RECORD -> Optional.of(lens.argument());
          case EACH -> lens.option("map");
          case DEFAULT ->
              lens.argument() instanceof Node.Mapping argument
                  ? Optional.ofNullable(argument.entries().get("of"))
                  : Optional.empty();
          case COPY,
              JOIN,
              SPLIT,
              LOOKUP,
              DECIMAL,
              CAST,
              TIMESTAMP,
              TRIM,
              CONSTANT,
              UUID5,
              ENUM,
              CONCAT,
              JAVA ->
              Optional.empty();
        };
    if (inner.isEmpty()) {
      return;
    }
    if (lens.name() == LensName.DEFAULT) {
      check(inner.get(), path, problems);
    } else if (inner.get() instanceof Node.Mapping mapping) {
      check(mapping, path, problems);
    }
  }
}
