package dev.tandem.program;

import java.io.PrintWriter;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the process at the first [Error] of any thread, with its reason and the status of a
/// failure, without waiting for anything: what is in memory is not to be trusted, and all that
/// counts is in Kafka and in the target, in transactions. Any other throwable that no one caught
/// ends its thread, and is said.
final class LastWords implements Thread.UncaughtExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(LastWords.class);
  private final PrintWriter err;
  private final IntConsumer halt;

  /// @param halt ends the process with a status
  LastWords(PrintWriter err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /// For every thread that has no handler of its own.
  static void install(PrintWriter err) {
    Thread.setDefaultUncaughtExceptionHandler(
        new LastWords(err, status -> Runtime.getRuntime().halt(status)));
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    try {
      LOG.error("thread {} ended", thread.getName(), thrown);
      if (thrown instanceof Error) {
        err.println(
            "tandem: ends, since thread "
                + thread.getName()
                + " met "
                + thrown
                + "; nothing is lost: start it again, with more memory if it lacked some"
                + " (TANDEM_JAVA_OPTS=-Xmx…)");
        err.flush();
      }
    } finally {
      if (thrown instanceof Error) {
        halt.accept(ExitCode.FOUND_OR_FAILED);
      }
    }
  }
}
