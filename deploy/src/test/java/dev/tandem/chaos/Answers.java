package dev.tandem.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import dev.tandem.program.Ended;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What the command line tells those who only look.
///
/// @param spec that needs nothing of the environment
record Answers(Path spec) implements Discreet.Source {
  private static final String ALL = "100000";

  private static final List<List<String>> QUESTIONS =
      List.of(
          List.of("status"),
          List.of("status", "--json"),
          List.of("lag"),
          List.of("lag", "--json"),
          List.of("divergences", "--samples", ALL),
          List.of("divergences", "--samples", ALL, "--json"),
          List.of("divergences", "--open", "--samples", ALL),
          List.of("divergences", "--open", "--json"),
          List.of("dead-letters", "list", "--samples", ALL));

  @Override
  public void tell(Consumer<Said> listener) throws JsonProcessingException {
    for (List<String> question : QUESTIONS) {
      ask(question, listener);
    }
    Ended letters = ask(List.of("dead-letters", "list", "--samples", ALL, "--json"), listener);
    var shown = new ArrayList<>(List.of("dead-letters", "show"));
    for (JsonNode letter : letters.json().path("letters")) {
      shown.add(letter.path("id").asText());
    }
    if (shown.size() > 2) {
      ask(shown, listener);
    }
  }

  private Ended ask(List<String> question, Consumer<Said> listener) {
    Ended ended = Ended.of(spec, question.toArray(String[]::new));
    if (ended.out().isBlank()) {
      throw new AssertionError(question + " was not answered: " + ended.err());
    }
    listener.accept(new Said(Place.ANSWER, question.getFirst(), ended.out() + ended.err()));
    return ended;
  }
}
