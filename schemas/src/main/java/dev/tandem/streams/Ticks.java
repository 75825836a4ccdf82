package dev.tandem.streams;

import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;

/// The ticks by which a task goes on without a record. Kafka Streams commits a transaction after
/// each of them, whatever it did, so they come often only while something is under way, and seldom
/// from then on until a record comes. Used by the task's thread.
public final class Ticks {
  private final ProcessorContext<?, ?> context;
  private final Duration often;
  private final Duration seldom;
  private final Work work;
  private @Nullable Cancellable scheduled;
  private boolean isOften;

  /// What is done with each.
  @FunctionalInterface
  public interface Work {
    /// @param now milliseconds since 1970-01-01T00:00Z
    /// @return whether something is under way still
    boolean tick(long now);
  }

  private Ticks(ProcessorContext<?, ?> context, Duration often, Duration seldom, Work work) {
    this.context = context;
    this.often = often;
    this.seldom = seldom;
    this.work = work;
  }

  /// Often, to begin with.
  public static Ticks begin(
      ProcessorContext<?, ?> context, Duration often, Duration seldom, Work work) {
    var ticks = new Ticks(context, often, seldom, work);
    ticks.wake();
    return ticks;
  }

  /// A record came.
  public void wake() {
    if (!isOften) {
      isOften = true;
      schedule(often);
    }
  }

  private void tick(long now) {
    boolean goesOn = work.tick(now);
    if (isOften && !goesOn && scheduled != null) {
      isOften = false;
      schedule(seldom);
    }
  }

  private void schedule(Duration every) {
    cancel();
    scheduled = context.schedule(every, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  /// There are no more.
  public void cancel() {
    if (scheduled != null) {
      scheduled.cancel();
      scheduled = null;
    }
  }
}
