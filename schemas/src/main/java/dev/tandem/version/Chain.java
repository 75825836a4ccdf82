package dev.tandem.version;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// All versions of a contract, each reachable from each. Immutable and thread-safe.
public final class Chain {
  /// By the version that is left: to the next one.
  private final SortedMap<Integer, Step> up;

  /// By the version that is left: to the one before.
  private final SortedMap<Integer, Step> down;

  private Chain(List<Step> steps) {
    up = new TreeMap<>();
    down = new TreeMap<>();
    steps.forEach(step -> (step.to() > step.from() ? up : down).put(step.from(), step));
  }

  /// @param steps both directions between all neighbours
  static Chain of(List<Step> steps) {
    return new Chain(steps);
  }

  /// Both directions of every step, oldest first.
  public List<Step> steps() {
    var all = new ArrayList<Step>();
    up.forEach(
        (from, step) -> {
          all.add(step);
          Step back = down.get(from + 1);
          if (back != null) {
            all.add(back);
          }
        });
    return all;
  }

  /// @throws IllegalArgumentException if one of them is no version of the contract
  public Route between(int from, int to) {
    var steps = new ArrayList<Step>();
    for (int at = from; at != to; at += Integer.signum(to - from)) {
      Step step = (to > from ? up : down).get(at);
      if (step == null) {
        throw new IllegalArgumentException("no step from version " + at + " towards " + to);
      }
      steps.add(step);
    }
    return new Route(from, to, steps);
  }
}
