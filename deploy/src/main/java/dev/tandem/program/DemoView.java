package dev.tandem.program;

import dev.tandem.demo.Demo;
import dev.tandem.status.DomainStatus;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The demonstration's progress on standard error: one line that is written over where that is a
/// terminal, else a line every five seconds. Colours are not used.
final class DemoView implements Consumer<Demo.View> {
  private static final int EVERY = 5;
  private final PrintWriter err;
  private final boolean terminal =
      Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  private long shown;
  private long before;
  private long beforeAt = System.nanoTime();
  private double rate;

  DemoView(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void accept(Demo.View view) {
    long applied = view.domains().stream().mapToLong(DomainStatus::applied).sum();
    long now = System.nanoTime();
    double seconds = (now - beforeAt) / 1e9;
    if (seconds > 0.5) {
      rate = (applied - before) / seconds;
      before = applied;
      beforeAt = now;
    }
    if (terminal) {
      err.print("\r\u001b[K" + line(view, applied));
      err.flush();
    } else if (shown++ % EVERY == 0) {
      err.println(line(view, applied));
    }
  }

  private String line(Demo.View view, long applied) {
    long captured = view.domains().stream().mapToLong(DomainStatus::captured).sum();
    String pending =
        view.domains().stream()
            .map(
                domain ->
                    domain.domain() + " " + String.format(Locale.ROOT, "%,d", domain.pending()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%-11s swept %,d of about %,d | captured %,d, applied %,d (%,.0f/s) | pending: %s | lag p50 %s p99 %s | %,d transactions%s%s",
        view.phase(),
        view.sweeps().rows(),
        view.sweeps().estimate(),
        captured,
        applied,
        rate,
        pending,
        millis(view.lag().p50()),
        millis(view.lag().p99()),
        view.transactions(),
        sabotage(view),
        view.left() == null ? "" : " | " + view.left().toSeconds() + " s left");
  }

  private static String sabotage(Demo.View view) {
    var sabotage = view.sabotage();
    return sabotage == null
        ? ""
        : " | faults: %d planted, %d found, %d open%s"
            .formatted(
                sabotage.planted(),
                sabotage.found(),
                sabotage.open(),
                sabotage.last().isEmpty() ? "" : "; " + sabotage.last());
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
