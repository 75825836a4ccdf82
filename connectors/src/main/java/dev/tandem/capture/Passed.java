package dev.tandem.capture;

import dev.tandem.position.Lsn;
import org.jspecify.annotations.Nullable;

/// The position up to which everything committed stands in Kafka. It only goes up.
final class Passed {
  private Lsn end;
  private @Nullable Throwable failure;

  Passed(Lsn start) {
    end = start;
  }

  synchronized void advance(Lsn to) {
    if (to.isAfter(end)) {
      end = to;
      notifyAll();
    }
  }

  /// Ends every wait: it will not go up any more.
  synchronized void fail(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  synchronized Lsn end() {
    return end;
  }

  synchronized void await(Lsn position) throws InterruptedException {
    while (position.isAfter(end)) {
      if (failure != null) {
        throw new IllegalStateException("capture ended before " + position, failure);
      }
      wait();
    }
  }
}
