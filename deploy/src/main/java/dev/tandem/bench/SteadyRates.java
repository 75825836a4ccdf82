package dev.tandem.bench;

import dev.tandem.metrics.LagRecorder;
import dev.tandem.metrics.StepLags;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Lag at one rate after the other, from the lowest on, until the machine does not keep up.
final class SteadyRates {
  private final Trial trial;
  private final Bench.Size size;
  private final Consumer<String> progress;
  private final LagRecorder target = new LagRecorder();
  private final StepLags others =
      new StepLags(Clock.systemUTC(), new LagRecorder(), new LagRecorder());

  SteadyRates(Trial trial, Bench.Size size, Consumer<String> progress) {
    this.trial = trial;
    this.size = size;
    this.progress = progress;
  }

  /// The last one is the first that was too much, if one was.
  List<Steady> measure(Compared compared) throws Exception {
    var measured = new ArrayList<Steady>();
    try (var run = trial.pipeline().start(Pipeline.ALL, target, others)) {
      for (int rate : size.rates()) {
        Steady steady = at(rate, compared);
        measured.add(steady);
        if (!steady.isKept()) {
          progress.accept("  more than this machine keeps up with");
          break;
        }
      }
    }
    return measured;
  }

  private Steady at(int rate, Compared compared) throws Exception {
    progress.accept("%,d changes per second for %d s".formatted(rate, size.steady().toSeconds()));
    try (var load = new SteadyLoad(() -> trial.legacy().connect(), trial.entities(), rate)) {
      load.start();
      Thread.sleep(size.warm());
      List.of(target, others.outbox(), others.verdict()).forEach(LagRecorder::reset);
      load.count();
      Thread.sleep(size.steady());
      double made = load.perSecond();
      load.close();
      long ended = System.nanoTime();
      String end = Backlog.end(trial.legacy());
      Waiting.until(
          "the steady load",
          Duration.ofMillis(100),
          () -> trial.isApplied(end) && compared.isAtEnd());
      return new Steady(
          rate,
          made,
          Duration.ofNanos(System.nanoTime() - ended),
          new Steady.Lags(others.outbox().summary(), target.summary(), others.verdict().summary()),
          target.buckets());
    }
  }
}
