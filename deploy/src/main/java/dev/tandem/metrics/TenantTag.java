package dev.tandem.metrics;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Bounds how many tenants counters name: the loudest by their names, all others together.
///
/// Who has clearly become louder than one that is named takes its place. Of more tenants than are
/// remembered the quietest is forgotten, and a new one is taken to have been as loud ("Space
/// Saving", A. Metwally et al. 2005), so that none that is loud is missed. Thread-safe.
final class TenantTag {
  static final String OTHERS = "(others)";

  /// Remembered for each that is named.
  private static final int REMEMBERED = 50;

  private final int most;
  private final Consumer<String> dropped;
  private final Map<String, Long> heard = new HashMap<>();
  private final Set<String> named = new HashSet<>();

  /// @param most tenants that are named
  /// @param dropped is told of who is not named any more
  TenantTag(int most, Consumer<String> dropped) {
    this.most = most;
    this.dropped = dropped;
  }

  /// The name under which one more of a tenant is counted.
  synchronized String of(String tenant) {
    long count = hear(tenant);
    if (named.contains(tenant)) {
      return tenant;
    }
    if (named.size() == most) {
      String quietest = quietest(named);
      long least = heard.getOrDefault(quietest, 0L);
      // By a tenth, so that two that are equally loud do not take turns.
      if (count <= least + least / 10 + 1) {
        return OTHERS;
      }
      named.remove(quietest);
      dropped.accept(quietest);
    }
    named.add(tenant);
    return tenant;
  }

  private long hear(String tenant) {
    long before = 0;
    if (!heard.containsKey(tenant) && heard.size() == most * REMEMBERED) {
      before = heard.remove(quietest(heard.keySet()));
    }
    return heard.merge(tenant, before + 1, (known, _) -> known + 1);
  }

  private String quietest(Set<String> among) {
    return among.stream()
        .min(Comparator.comparingLong(it -> heard.getOrDefault(it, 0L)))
        .orElseThrow();
  }
}
