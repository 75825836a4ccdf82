package dev.tandem.jobs;

import dev.tandem.apply.ApplyGate;
import dev.tandem.fatal.Fatal;
import dev.tandem.generation.PaceNote;
import dev.tandem.generation.PaceOrder;
import dev.tandem.generation.PaceRule;
import dev.tandem.generation.PaceRule.Pace;
import dev.tandem.job.PressureRule;
import dev.tandem.job.PressureRule.Level;
import dev.tandem.job.PressureRule.Pressure;
import dev.tandem.run.Migration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// In the way of one generation for as long as its tables stand beside the live ones: an operator's
/// order, and the pressure on the target, which a thread of its own measures every second and notes
/// in the control topic where it is in the way. Nothing is begun, and nothing measured, before it
/// is first asked, and a minute after it was last asked nothing is measured any more: what is
/// applied to the live tables costs nothing here.
public final class GenerationGate implements ApplyGate {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationGate.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /// So long a measure tells of now.
  private static final Duration FRESH = Duration.ofSeconds(10);

  private static final Duration ASKED = Duration.ofMinutes(1);

  /// How often is said that it is in the way still.
  private static final Duration SAID = Duration.ofSeconds(10);

  private static final Duration ENDING = Duration.ofSeconds(5);

  private final Migration migration;
  private final String domain;
  private final int number;
  private final Clock clock;
  private volatile @Nullable Work work;
  private volatile long askedAt;
  private volatile @Nullable Measured measured;

  /// @param at by [System#nanoTime]
  private record Measured(Pressure pressure, long at) {}

  /// What it has begun.
  private record Work(PaceWatch orders, Thread measuring) {}

  public GenerationGate(Migration migration, String domain, int number) {
    this.migration = migration;
    this.domain = domain;
    this.number = number;
    this.clock = Clock.systemUTC();
  }

  @Override
  public Pace ask() {
    askedAt = System.nanoTime();
    Work begun = work;
    if (begun == null) {
      begin();
      return Pace.HELD;
    }
    if (!begun.orders.isKnown()) {
      return Pace.HELD;
    }
    Measured last = measured;
    boolean fresh = last != null && askedAt - last.at < FRESH.toNanos();
    return PaceRule.pace(begun.orders.order(), fresh && last != null ? last.pressure : null);
  }

  private synchronized void begin() {
    if (work == null) {
      var orders = new PaceWatch(migration, domain, number).start();
      var measuring =
          Thread.ofPlatform()
              .name("pace of " + PaceOrder.key(domain, number))
              .daemon()
              .start(this::run);
      work = new Work(orders, measuring);
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try (var pressure = new TargetPressure(migration, domain)) {
        measure(pressure);
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException | Error e) {
        Fatal.raise(e);
        LOG.warn("the pressure on the target is measured again", e);
        if (!rest()) {
          return;
        }
      }
    }
  }

  private void measure(TargetPressure target) throws InterruptedException {
    var said = new Said(Level.FREE, System.nanoTime());
    while (true) {
      if (System.nanoTime() - askedAt < ASKED.toNanos()) {
        Measured last = measured;
        Pressure before = last == null ? Pressure.NONE : last.pressure;
        Pressure found = PressureRule.judge(target.facts(), before);
        measured = new Measured(found, System.nanoTime());
        said = said(found, said);
      }
      Thread.sleep(EVERY);
    }
  }

  /// @param at by [System#nanoTime]
  private record Said(Level level, long at) {}

  /// Says it where it changes, and again and again where it is in the way.
  private Said said(Pressure found, Said before) {
    long now = System.nanoTime();
    boolean again = found.level() != Level.FREE && now - before.at > SAID.toNanos();
    if (found.level() == before.level && !again) {
      return before;
    }
    if (found.level() != before.level) {
      LOG.info("generation {} of {}: {} {}", number, domain, found.level(), found.reason());
    }
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    try {
      new PaceBook(migration)
          .write(new PaceNote(domain, number, found.level(), found.reason(), found.rate(), micros));
    } catch (RuntimeException away) {
      Fatal.raise(away);
      LOG.warn("what is in the way of {} cannot be noted: {}", domain, away.getMessage());
    }
    return new Said(found.level(), now);
  }

  private static boolean rest() {
    try {
      Thread.sleep(EVERY);
      return true;
    } catch (InterruptedException stopped) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    Work begun = work;
    if (begun == null) {
      return;
    }
    begun.measuring.interrupt();
    begun.orders.close();
    try {
      begun.measuring.join(ENDING);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
