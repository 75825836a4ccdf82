package dev.tandem.plan;

import dev.tandem.lens.Loss;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What of a legacy root row can be told from a contract record.
///
/// @param columns by name, in the class of their carrier: those that lenses lead back to
/// @param losses what cannot be told, by contract field
public record Restored(Map<String, @Nullable Object> columns, List<Loss> losses) {
  /// Of a mapping that knows no way back.
  public static final Restored NOTHING = new Restored(Map.of(), List.of());

  public Restored {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    losses = List.copyOf(losses);
  }
}
