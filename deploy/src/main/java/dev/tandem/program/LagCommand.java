package dev.tandem.program;

import dev.tandem.answer.LagJson;
import dev.tandem.ledger.LagBook;
import dev.tandem.ledger.LagBook.DomainLag;
import dev.tandem.ledger.LagReader;
import dev.tandem.run.Migration;
import dev.tandem.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem lag`: how far both sides have been compared, and how long that takes.
@Command(
    name = "lag",
    description =
        "Says per domain how long it takes from a legacy commit until the target was observed to"
            + " reflect it, and what is pending.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class LagCommand implements Callable<Integer> {
  private static final Duration TURN = Duration.ofSeconds(1);

  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--follow", description = "Print it again whenever there are new reports.")
  private boolean follow;

  @Option(names = "--json", description = "Print one JSON object; with --follow one per line.")
  private boolean json;

  @Override
  public Integer call() {
    Migration migration = spec.known("", command.commandLine().getErr()).migration();
    String topic = new Topics(migration.name(), "").reconciliationLag();
    var book = new LagBook();
    try (var reader = new LagReader(migration.kafka().objects(), topic, Clock.systemUTC(), book)) {
      reader.toEnd();
      print(migration, book);
      while (follow && !Thread.currentThread().isInterrupted()) {
        if (reader.next(TURN) > 0) {
          print(migration, book);
        }
      }
      return ended(reader.unreadable());
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
      return ExitCode.OK;
    }
  }

  private int ended(long unreadable) {
    if (unreadable == 0) {
      return ExitCode.OK;
    }
    command
        .commandLine()
        .getErr()
        .println("tandem: " + unreadable + " reports are none that this version reads");
    return ExitCode.FOUND_OR_FAILED;
  }

  private void print(Migration migration, LagBook book) {
    List<DomainLag> domains =
        migration.compared().domains().stream()
            .map(domain -> book.domain(domain.name(), domain.partitions()))
            .toList();
    var out = command.commandLine().getOut();
    if (json) {
      out.println(LagJson.of(migration.name(), domains));
    } else {
      long now = Clock.systemUTC().millis() * 1000;
      LagForm.text(domains, now).forEach(out::println);
    }
    out.flush();
  }
}
