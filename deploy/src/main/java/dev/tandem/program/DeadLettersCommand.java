package dev.tandem.program;

import dev.tandem.answer.DeadLetterJson;
import dev.tandem.answer.MomentText;
import dev.tandem.job.Discard;
import dev.tandem.ledger.DeadLetterBook;
import dev.tandem.ledger.LetterReport;
import dev.tandem.ledger.StoredLetter;
import dev.tandem.operate.LetterDiscarding;
import dev.tandem.operate.LetterRetrying;
import dev.tandem.operate.Recording.End;
import dev.tandem.operate.Refusal;
import dev.tandem.run.Migration;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.DeadLetter.Stage;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tandem dead-letters`: what could not be captured, translated or applied.
@Command(
    name = "dead-letters",
    description = {
      "What could not be captured, translated or applied, and whether its entity differs still.",
      "list counts them and shows the newest; show shows one or more whole; retry has the current"
          + " record of what differs still forwarded once more, which reaches the target through"
          + " the usual way, but of what cannot be translated, which the same mapping would refuse"
          + " again; discard says that they are dealt with, by whom and why, which closes"
          + " no divergence. Ends with 1 if a letter's entity differs still and nobody has"
          + " discarded the letter."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class DeadLettersCommand implements Callable<Integer> {
  /// Letters that are shown by `show`.
  private static final int MOST = 100_000;

  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  enum Action {
    LIST,
    SHOW,
    RETRY,
    DISCARD
  }

  @Parameters(
      index = "1",
      arity = "0..1",
      defaultValue = "list",
      paramLabel = "ACTION",
      description = "list, show, retry or discard (default: ${DEFAULT-VALUE}).")
  private Action action;

  @Parameters(
      index = "2..*",
      paramLabel = "ID",
      description = "Only these, as list names them: 0:17.")
  private List<String> ids = List.of();

  @Option(names = "--id", paramLabel = "ID", description = "As ID.")
  private List<String> named = List.of();

  @Option(names = "--domain", paramLabel = "DOMAIN", description = "Only of this domain.")
  private @Nullable String domain;

  @Option(names = "--entity", paramLabel = "ENTITY", description = "Only of this entity.")
  private @Nullable String entity;

  @Option(
      names = "--stage",
      paramLabel = "STAGE",
      description = "Only where this gave up: ${COMPLETION-CANDIDATES}.")
  private @Nullable Stage stage;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many list shows (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--dry-run",
      description = "retry, discard: say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--refused",
      description =
          "retry: also what the mapping refused, where a lens in Java was corrected since.")
  private boolean refused;

  @Option(
      names = "--all",
      description = "discard: all letters that there are now, where nothing else says which.")
  private boolean all;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      defaultValue = "",
      description =
          "discard: how they were dealt with; it is kept with them. retry: the reason; both are kept"
              + " in the control topic, with who asked.")
  private String why;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws SQLException {
    if (action == Action.SHOW && chosen().isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "show: expected at least one id, as list names them: 0:17");
    }
    if (action == Action.DISCARD) {
      requireChoice();
    }
    Migration migration = spec.known("", command.commandLine().getErr()).migration();
    return switch (action) {
      case LIST, SHOW ->
          new Report(
                  LetterReport.read(
                      new LetterReport.Source(
                          migration.plan(), migration.kafka().objects(), migration.generations()),
                      choice()::holds,
                      action == Action.SHOW ? MOST : samples))
              .show();
      case RETRY -> retry(migration);
      case DISCARD -> discard(migration);
    };
  }

  private LetterDiscarding.Choice choice() {
    return new LetterDiscarding.Choice(
        chosen(),
        Optional.ofNullable(domain),
        Optional.ofNullable(entity),
        Optional.ofNullable(stage));
  }

  /// What the choice says, as it is written down.
  private String subject() {
    var parts = new ArrayList<String>();
    if (domain != null) {
      parts.add("domain " + domain);
    }
    if (entity != null) {
      parts.add("entity " + entity);
    }
    if (stage != null) {
      parts.add("stage " + lower(stage));
    }
    if (!chosen().isEmpty()) {
      parts.add(chosen().size() + " by name");
    }
    return parts.isEmpty() ? "all letters" : String.join(", ", parts);
  }

  private int retry(Migration migration) throws SQLException {
    var retrying = new LetterRetrying(migration);
    var outcome =
        dryRun
            ? retrying.plan(choice(), refused)
            : new Recorded(migration, why)
                .of(
                    "deadLetters.retry",
                    subject(),
                    () -> retrying.retry(choice(), refused),
                    done -> End.done("asked for " + done.retry().requests().size() + " entities"));
    var out = command.commandLine().getOut();
    if (json) {
      out.println(DeadLetterJson.retried(outcome));
      return ExitCode.OK;
    }
    int requests = outcome.retry().requests().size();
    out.println(
        (dryRun ? "would ask for " : "asked for ")
            + requests
            + (requests == 1 ? " entity" : " entities"));
    int left = outcome.retry().refused().size();
    if (left > 0) {
      out.println(
          "left out "
              + left
              + " that the mapping refuses: correct their legacy rows, or roll out a corrected"
              + " mapping (rebuild start --from outbox); where a lens in Java was corrected and"
              + " translate started again, add --refused");
    }
    if (outcome.retry().others() > 0) {
      out.println(
          "left out "
              + outcome.retry().others()
              + " that another try would delete or not mend: repair --dry-run says why of each");
    }
    long nameless = outcome.report().entities().namelessCount();
    if (nameless > 0) {
      out.println(
          "left out "
              + nameless
              + " whose legacy row has to come once more: any update of it will do");
    }
    return ExitCode.OK;
  }

  private Set<String> chosen() {
    var chosen = new LinkedHashSet<>(ids);
    chosen.addAll(named);
    return chosen;
  }

  private void requireChoice() {
    boolean some = !chosen().isEmpty() || domain != null || entity != null || stage != null;
    if (some == all) {
      throw new ParameterException(
          command.commandLine(),
          some
              ? "discard: --all is all letters; leave it out where others say which"
              : "discard: expected ids, --entity, --domain or --stage, or --all");
    }
    if (why.isBlank() && !dryRun) {
      throw new ParameterException(
          command.commandLine(), "discard: --why: say how the letters were dealt with");
    }
  }

  private int discard(Migration migration) throws SQLException {
    var discarding = new LetterDiscarding(migration, Clock.systemUTC());
    var choice = choice();
    LetterDiscarding.Outcome outcome;
    try {
      outcome =
          dryRun
              ? discarding.plan(choice)
              : new Recorded(migration, why)
                  .of(
                      "deadLetters.discard",
                      subject(),
                      () -> discarding.discard(choice, Operator.name(), why.strip()),
                      done -> End.done("discarded " + done.discarded() + " letters"));
    } catch (Refusal refused) {
      throw new ParameterException(command.commandLine(), refused.words());
    }
    var out = command.commandLine().getOut();
    if (json) {
      out.println(DeadLetterJson.discarded(migration.name(), outcome).put("dryRun", dryRun));
    } else {
      out.println(
          (dryRun ? "would discard " : "discarded ")
              + outcome.discarded()
              + (outcome.discarded() == 1 ? " letter" : " letters"));
      if (outcome.differing() > 0) {
        out.println(
            outcome.differing() + " of them are of entities that differ still: these stay open");
      }
    }
    return ExitCode.OK;
  }

  /// One answer.
  private final class Report {
    private final LetterReport read;
    private final DeadLetterBook book;

    Report(LetterReport read) {
      this.read = read;
      this.book = read.book();
    }

    int show() {
      var out = command.commandLine().getOut();
      if (json) {
        out.println(DeadLetterJson.of(read));
      } else {
        counts().forEach(out::println);
        book.newest().forEach(stored -> lines(stored).forEach(out::println));
      }
      return read.isAnyDue() ? ExitCode.FOUND_OR_FAILED : ExitCode.OK;
    }

    private List<String> counts() {
      var lines = new ArrayList<String>();
      book.counts().entrySet().stream()
          .sorted(java.util.Map.Entry.comparingByKey())
          .forEach(
              each ->
                  lines.add(
                      String.format(
                          Locale.ROOT,
                          "%s %s: %,d given up by %s",
                          each.getKey().domain(),
                          each.getKey().entity().isEmpty() ? "(no entity)" : each.getKey().entity(),
                          each.getValue(),
                          lower(each.getKey().stage()))));
      if (lines.isEmpty()) {
        lines.add("no dead letters");
      }
      if (book.unreadable() > 0) {
        lines.add(book.unreadable() + " records that this version cannot read");
      }
      return lines;
    }

    private List<String> lines(StoredLetter stored) {
      DeadLetter letter = stored.letter();
      var lines = new ArrayList<String>();
      lines.add(
          stored.id()
              + "  "
              + MomentText.of(letter.at())
              + "  "
              + lower(read.standings().of(stored))
              + (read.discard(stored).isPresent() ? ", discarded" : "")
              + "  "
              + letter.domain()
              + "/"
              + letter.entity()
              + "  "
              + letter.topic()
              + (letter.offset() < 0 ? "" : "/" + letter.partition() + "/" + letter.offset()));
      lines.add("    " + letter.reason());
      if (action == Action.SHOW && !letter.cause().isEmpty()) {
        lines.add("    because of " + letter.cause());
      }
      read.discard(stored)
          .map(Discard::asked)
          .ifPresent(
              asked ->
                  lines.add(
                      "    discarded by "
                          + asked.by()
                          + " at "
                          + MomentText.of(asked.at())
                          + ": "
                          + asked.why()));
      return lines;
    }
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }
}
