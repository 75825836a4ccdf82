package dev.tandem.chaos;

import dev.tandem.demo.Comparison;
import dev.tandem.demo.Workload.Connector;
import java.util.List;

/// No change was lost, and none was invented: the target is what SQL makes of the legacy store.
record EqualStores(Connector legacy, Connector target) implements Witness {
  @Override
  public List<String> broken() throws Exception {
    try (var left = legacy.open();
        var right = target.open()) {
      return Comparison.compare(left, right).samples();
    }
  }
}
