package dev.tandem.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/// Whoever has a token is answered by every member that serves, and nobody else is.
///
/// @param patience for one that has just been started
record Serving(Desks desks, Duration patience) implements Witness {
  private static final String STATUS = "/v1/status";

  /// Those that serve.
  interface Desks {
    List<Desk> all();
  }

  @Override
  public List<String> broken() {
    var broken = new ArrayList<String>();
    for (Desk desk : desks.all()) {
      awaitAnswer(desk);
      ask(desk, Optional.of(Mark.TOKEN.word()), 200).ifPresent(broken::add);
      ask(desk, Optional.empty(), 401).ifPresent(broken::add);
      ask(desk, Optional.of(Mark.TOKEN.word() + "x"), 401).ifPresent(broken::add);
    }
    return desks.all().isEmpty() ? List.of("nobody serves") : broken;
  }

  private void awaitAnswer(Desk desk) {
    try {
      Awaitility.await()
          .atMost(patience)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> desk.get(STATUS, Optional.of(Mark.TOKEN.word())).statusCode() == 200);
    } catch (ConditionTimeoutException late) {
      // Said by what it answers then.
      return;
    }
  }

  private static Optional<String> ask(Desk desk, Optional<String> token, int expected) {
    String answer;
    try {
      answer = String.valueOf(desk.get(STATUS, token).statusCode());
    } catch (IOException e) {
      answer = "nothing (" + e.getMessage() + ")";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answer = "nothing in time";
    }
    return answer.equals(String.valueOf(expected))
        ? Optional.empty()
        : Optional.of(desk.name() + " answered " + answer + " where " + expected + " is right");
  }
}
