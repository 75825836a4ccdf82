package dev.tandem.translate;

import dev.tandem.streams.DomainStoppedException;

/// Stops a domain of which more than half cannot be translated: then the mapping is wrong, not the
/// data, and dead letters would only hide it. It looks at the last `window` aggregates. Not
/// thread-safe.
final class PoisonGuard {
  private final String domain;
  private final boolean[] refused;
  private long seen;
  private int count;

  /// @param window how many of the last aggregates are looked at
  PoisonGuard(String domain, int window) {
    this.domain = domain;
    this.refused = new boolean[window];
  }

  void translated() {
    record(false);
  }

  /// @throws DomainStoppedException if more than half of the last ones were refused
  void refused(String reason) {
    record(true);
    if (seen >= refused.length && count * 2 > refused.length) {
      throw new DomainStoppedException(
          "domain "
              + domain
              + " stopped: of the last "
              + refused.length
              + " aggregates "
              + count
              + " could not be translated, the last because of "
              + reason
              + "; correct the mapping or the legacy data, then start the domain again");
    }
  }

  private void record(boolean isRefused) {
    int slot = (int) (seen++ % refused.length);
    count += (isRefused ? 1 : 0) - (refused[slot] ? 1 : 0);
    refused[slot] = isRefused;
  }
}
