package dev.tandem.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Bounds how many tenants metrics name: those that came first by their names, all others together.
/// Thread-safe.
final class TenantTag {
  private static final String OTHERS = "(others)";
  private final int most;
  private final Set<String> named = ConcurrentHashMap.newKeySet();

  /// @param most tenants that are named
  TenantTag(int most) {
    this.most = most;
  }

  String of(String tenant) {
    if (named.contains(tenant)) {
      return tenant;
    }
    synchronized (named) {
      return named.size() < most && named.add(tenant) ? tenant : OTHERS;
    }
  }
}
