package dev.tandem.operate;

import dev.tandem.job.OperatorAction;
import dev.tandem.job.OperatorAction.Actor;
import dev.tandem.job.OperatorAction.Outcome;
import dev.tandem.ledger.LedgerException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who did what, and why: written down before it is done, and again when it is over. What cannot be
/// written down is not done.
public final class Recording {
  private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

  private final Book book;
  private final Function<Exception, End> failures;

  /// Where it is written.
  public interface Book {
    /// @throws LedgerException if it is not durable: then it must not be done
    OperatorAction begin(Actor actor, String what, String subject);

    /// @throws LedgerException if it is not durable
    void end(OperatorAction action, Outcome outcome, String detail);
  }

  /// What is asked for.
  ///
  /// @param what as in the API: `repairs.ask`
  /// @param subject on what: a domain, a job, a generation
  public record Deed(Actor actor, String what, String subject) {}

  /// Doing it.
  public interface Work<T, X extends Exception> {
    T done() throws X;
  }

  /// What became of it.
  ///
  /// @param detail what was done, or why it was not; never what stands in a row
  public record End(Outcome outcome, String detail) {
    public static End done(String detail) {
      return new End(Outcome.DONE, detail);
    }
  }

  /// @param failures what is said of one that failed
  public Recording(Book book, Function<Exception, End> failures) {
    this.book = book;
    this.failures = failures;
  }

  /// Does it, between both records.
  ///
  /// @param end what is said of one that did not fail
  /// @throws LedgerException if the first record is not durable; then nothing was done
  public <T, X extends Exception> T of(Deed deed, Work<T, X> work, Function<T, End> end) throws X {
    OperatorAction action = book.begin(deed.actor, deed.what, deed.subject);
    T done;
    try {
      done = work.done();
    } catch (Exception failure) {
      write(action, failures.apply(failure));
      throw failure;
    }
    write(action, end.apply(done));
    return done;
  }

  /// It is done by now, and said so; that its end could not be written is for the log.
  private void write(OperatorAction action, End end) {
    try {
      book.end(action, end.outcome, end.detail);
    } catch (RuntimeException notWritten) {
      LOG.error(
          "the end of action {} ({}) could not be written", action.id(), end.outcome, notWritten);
    }
  }
}
