package dev.tandem.run;

import dev.tandem.generation.Generations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The parts of a process that depend on which generations there are. What is wanted is named by
/// all that decides it: a part whose name stays runs on untouched, so that a rebuild of one domain
/// leaves the others alone, and a promotion restarts no apply.
final class GenerationParts {
  private final Maker maker;
  private final Map<String, Keeper<?>> running = new LinkedHashMap<>();

  /// How a part ends.
  enum Ending {
    /// It will come again, perhaps as another.
    FOR_NOW,
    /// Its generation is given up: it gives its place in its consumer group back.
    FOR_GOOD
  }

  /// Makes and ends them.
  interface Maker {
    /// What there is to be, not started, in the order in which it is started.
    Map<String, Keeper<?>> wanted(Generations generations);

    void keep(Keeper<?> keeper);

    void give(Keeper<?> keeper, Ending ending);

    /// What is not wanted has ended.
    void cleared(Generations generations);
  }

  GenerationParts(Maker maker) {
    this.maker = maker;
  }

  /// Brings what runs to what is wanted: first ends what is not, in the order of its start, so that
  /// the capture writes no more to the topics of a generation when its reconciler has left.
  synchronized void follow(Generations generations) {
    Map<String, Keeper<?>> wanted = maker.wanted(generations);
    List<String> over = new ArrayList<>(running.keySet());
    over.removeAll(wanted.keySet());
    for (String name : over) {
      Keeper<?> ended = running.get(name);
      running.remove(name);
      if (ended != null) {
        boolean again = wanted.values().stream().anyMatch(it -> it.name().equals(ended.name()));
        maker.give(ended, again ? Ending.FOR_NOW : Ending.FOR_GOOD);
      }
    }
    maker.cleared(generations);
    wanted.forEach(
        (name, keeper) -> {
          if (running.putIfAbsent(name, keeper) == null) {
            maker.keep(keeper);
          }
        });
  }
}
