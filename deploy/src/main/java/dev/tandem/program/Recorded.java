package dev.tandem.program;

import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.operate.ActionBook;
import dev.tandem.operate.Recording;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.Refusal;
import dev.tandem.rebuild.RebuildException;
import dev.tandem.run.KafkaAccess;
import dev.tandem.run.Migration;
import java.time.Clock;
import java.util.function.Function;
import picocli.CommandLine.ParameterException;

/// What is done at the command line, written into the control topic as what is asked for over HTTP
/// is.
final class Recorded {
  /// Stands where a call over HTTP has the role with which it was allowed.
  private static final String ROLE = "command line";

  private final ActionBook book;
  private final Recording recording;
  private final Actor actor;

  Recorded(Migration migration, String why) {
    this(migration.kafka(), migration.name(), why);
  }

  /// @param migration its name
  Recorded(KafkaAccess kafka, String migration, String why) {
    this.book = new ActionBook(kafka, migration, Clock.systemUTC());
    this.recording = new Recording(book, Recorded::failed);
    this.actor = actor(why);
  }

  static Actor actor(String why) {
    return new Actor(Operator.name(), ROLE, why.strip());
  }

  /// Does it, and says in the control topic that it was asked for and what became of it.
  ///
  /// @see Recording#of
  <T, X extends Exception> T of(
      String what, String subject, Recording.Work<T, X> work, Function<T, End> end) throws X {
    book.requireTopic();
    return recording.of(new Recording.Deed(actor, what, subject), work, end);
  }

  /// The words of a failure may hold what stands in a row; those of a refusal do not.
  private static End failed(Exception failure) {
    return switch (failure) {
      case Refusal refused -> new End(Outcome.REFUSED, refused.words());
      case RebuildException refused -> new End(Outcome.REFUSED, words(refused));
      case ParameterException wrong -> new End(Outcome.REFUSED, words(wrong));
      default -> new End(Outcome.FAILED, failure.getClass().getSimpleName());
    };
  }

  private static String words(Exception refused) {
    return String.valueOf(refused.getMessage());
  }
}
