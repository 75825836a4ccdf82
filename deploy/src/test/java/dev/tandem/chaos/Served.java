package dev.tandem.chaos;

import dev.tandem.chaos.Discreet.Said;
import dev.tandem.chaos.Mark.Place;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What those that serve answer to an operator who only looks.
record Served(Serving.Desks desks) implements Discreet.Source {
  private static final List<String> PATHS =
      List.of(
          "/v1/status",
          "/v1/lag",
          "/v1/divergences",
          "/v1/divergences?open=true",
          "/v1/dead-letters",
          "/v1/actions");

  @Override
  public void tell(Consumer<Said> listener) throws IOException, InterruptedException {
    for (Desk desk : desks.all()) {
      for (String path : PATHS) {
        var answer = desk.get(path, Optional.of(Mark.TOKEN.word()));
        if (answer.statusCode() != 200) {
          throw new AssertionError(desk.name() + " answers " + answer.statusCode() + " to " + path);
        }
        listener.accept(new Said(Place.ANSWER, desk.name() + path, answer.body()));
      }
    }
  }
}
