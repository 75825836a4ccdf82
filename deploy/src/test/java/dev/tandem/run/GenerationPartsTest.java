package dev.tandem.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.generation.Generations;
import dev.tandem.metrics.Health;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenerationPartsTest {
  private final List<String> events = new ArrayList<>();

  /// Names of what is wanted, with the part that each is.
  private Map<String, String> wanted = Map.of();

  private final GenerationParts parts =
      new GenerationParts(
          new GenerationParts.Maker() {
            @Override
            public Map<String, Keeper<?>> wanted(Generations generations) {
              var keepers = new LinkedHashMap<String, Keeper<?>>();
              wanted.forEach(
                  (name, part) ->
                      keepers.put(
                          name, new Keeper<>(part, () -> () -> {}, _ -> Health.Condition.READY)));
              return keepers;
            }

            @Override
            public void keep(Keeper<?> keeper) {
              events.add("start " + keeper.name());
            }

            @Override
            public void give(Keeper<?> keeper, GenerationParts.Ending ending) {
              events.add("end " + keeper.name() + " " + ending);
            }

            @Override
            public void cleared(Generations generations) {
              events.add("cleared");
            }
          });

  private List<String> follow(String... namesAndParts) {
    wanted = new LinkedHashMap<>();
    for (int i = 0; i < namesAndParts.length; i += 2) {
      wanted.put(namesAndParts[i], namesAndParts[i + 1]);
    }
    events.clear();
    parts.follow(Generations.NONE);
    return events;
  }

  @Test
  void shouldLeaveAloneWhatIsWantedAsItWas() {
    follow("observe a", "observe", "apply a", "apply a", "apply b", "apply b");
    assertThat(follow("observe a", "observe", "apply a", "apply a", "apply b", "apply b"))
        .containsExactly("cleared");
  }

  @Test
  void shouldEndBeforeItStartsAndRestartOnlyWhatChanged() {
    follow("observe a", "observe", "apply a", "apply a");
    assertThat(
            follow(
                "observe a a.2", "observe", "reconcile a.2", "reconcile a.2", "apply a", "apply a"))
        .containsExactly("end observe FOR_NOW", "cleared", "start observe", "start reconcile a.2");
  }

  @Test
  void shouldGiveBackThePlaceOfWhatIsOver() {
    follow("observe a a.2", "observe", "reconcile a.2", "reconcile a.2", "apply a", "apply a");
    assertThat(follow("observe a", "observe", "apply a", "apply a"))
        .containsExactly(
            "end observe FOR_NOW", "end reconcile a.2 FOR_GOOD", "cleared", "start observe");
  }
}
