package dev.tandem.api;

import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.operate.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is asked for over HTTP, written down by [Recording].
final class Audit {
  private final Recording recording;

  Audit(Recording.Book book) {
    this.recording = new Recording(book, Audit::failed);
  }

  Answer done(Route route, Call call, Route.Handler handler) throws Exception {
    return recording.of(
        new Recording.Deed(actor(call), route.name(), subject(call)),
        () -> handler.answer(call),
        answer -> Recording.End.done(answer.note()));
  }

  private static Recording.End failed(Exception failure) {
    ApiProblem problem = Failures.problem(failure);
    return new Recording.End(
        problem.status() < 500 ? Outcome.REFUSED : Outcome.FAILED, problem.detail());
  }

  /// Who calls, and why.
  static Actor actor(Call call) {
    return new Actor(
        call.caller().name(),
        call.caller().access().name().toLowerCase(Locale.ROOT),
        call.reason());
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
