package dev.tandem.api;

import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who did what, and why: written down before it is done, and again when it is over. What cannot be
/// written down is not done.
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger(Audit.class);

  private final Book book;

  /// Where it is written.
  interface Book {
    OperatorAction begin(Actor actor, String what, String subject);

    void end(OperatorAction action, Outcome outcome, String detail);
  }

  Audit(Book book) {
    this.book = book;
  }

  Answer done(Route route, Call call, Route.Handler handler) throws Exception {
    OperatorAction action = book.begin(actor(call), route.name(), subject(call));
    Answer answer;
    try {
      answer = handler.answer(call);
    } catch (Exception failure) {
      ApiProblem problem = Failures.problem(failure);
      end(action, problem.status() < 500 ? Outcome.REFUSED : Outcome.FAILED, problem.detail());
      throw failure;
    }
    end(action, Outcome.DONE, answer.note());
    return answer;
  }

  /// Who calls, and why.
  static Actor actor(Call call) {
    return new Actor(
        call.caller().name(),
        call.caller().access().name().toLowerCase(Locale.ROOT),
        call.reason());
  }

  /// It is done by now, and said so; that its end could not be written is for the log.
  private void end(OperatorAction action, Outcome outcome, String detail) {
    try {
      book.end(action, outcome, detail);
    } catch (RuntimeException notWritten) {
      LOG.error("the end of action {} ({}) could not be written", action.id(), outcome, notWritten);
    }
  }

  private static String subject(Call call) {
    List<String> parts = new ArrayList<>();
    call.text("domain").ifPresent(domain -> parts.add("domain " + domain));
    call.text("kind").ifPresent(kind -> parts.add("kind " + kind));
    call.path()
        .forEach((name, part) -> parts.add((name.equals("n") ? "generation" : "job") + " " + part));
    return String.join(", ", parts);
  }
}
