package dev.tandem.fatal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FatalTest {
  /// What the thread's handler hears when a failure is raised.
  private static List<Throwable> heard(@Nullable Throwable failure) throws InterruptedException {
    var heard = new ArrayList<Throwable>();
    var thread = Thread.ofPlatform().unstarted(() -> Fatal.raise(failure));
    thread.setUncaughtExceptionHandler((_, thrown) -> heard.add(thrown));
    thread.start();
    thread.join();
    return heard;
  }

  @Test
  void shouldRaiseAnErrorAndWhatWasCausedByOne() throws InterruptedException {
    var error = new OutOfMemoryError("heap");
    assertThat(heard(error)).containsExactly(error);
    assertThat(heard(new IllegalStateException("wrapped", new RuntimeException(error))))
        .containsExactly(error);
  }

  @Test
  void shouldLeaveEveryOtherFailureToItsOwner() throws InterruptedException {
    assertThat(heard(new IllegalStateException("of the work"))).isEmpty();
    assertThat(heard(null)).isEmpty();
  }

  @Test
  void shouldEndWithCausesThatGoRoundInACircle() throws InterruptedException {
    var outer = new IllegalStateException("outer");
    outer.initCause(new IllegalStateException("inner", outer));
    assertThat(heard(outer)).isEmpty();
  }
}
