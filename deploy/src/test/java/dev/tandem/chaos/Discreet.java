package dev.tandem.chaos;

import dev.tandem.chaos.Mark.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Nobody says what is not for everybody who may hear it: no log a value of a row, no topic beside
/// those of whole rows and no answer a value that the spec calls sensitive, and nothing and nobody
/// a secret. Whatever is looked through must have said something, and rows must bear their marks
/// where they may: else it looked past what there is.
record Discreet(List<Source> sources) implements Witness {
  Discreet {
    sources = List.copyOf(sources);
  }

  /// @param by who said it
  record Said(Place place, String by, String text) {}

  /// Some of all that was said so far.
  interface Source {
    void tell(Consumer<Said> listener) throws Exception;
  }

  /// Everything that is said on a stage.
  static Discreet on(ChaosStage stage) {
    return new Discreet(
        List.of(
            new LogFiles(stage.directory()),
            new EveryTopic(stage.shop().migration().kafka().objects()),
            new Answers(stage.operatorsSpec()),
            new Served(stage.fleet()::desks)));
  }

  @Override
  public List<String> broken() throws Exception {
    var heard = EnumSet.noneOf(Place.class);
    var borne = EnumSet.noneOf(Mark.class);
    var told = new TreeMap<String, Integer>();
    for (Source source : sources) {
      source.tell(
          said -> {
            heard.add(said.place);
            for (Mark mark : Mark.values()) {
              if (mark.isIn(said.text)) {
                borne.add(mark);
                if (!mark.mayStandIn(said.place)) {
                  told.merge(said.by + " told " + mark, 1, Integer::sum);
                }
              }
            }
          });
    }
    var broken = new ArrayList<String>();
    told.forEach((what, times) -> broken.add(what + " " + times + " times"));
    EnumSet.complementOf(heard).forEach(place -> broken.add("nothing was heard of any " + place));
    EnumSet.complementOf(borne).stream()
        .filter(mark -> mark.mayStandIn(Place.RECORDS))
        .forEach(mark -> broken.add("no record bears " + mark));
    return broken;
  }
}
