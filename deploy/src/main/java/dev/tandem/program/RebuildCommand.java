package dev.tandem.program;

import dev.tandem.answer.GenerationJson;
import dev.tandem.generation.Exchange.Way;
import dev.tandem.generation.Generation;
import dev.tandem.generation.PaceOrder.Wanted;
import dev.tandem.operate.Domains;
import dev.tandem.operate.GenerationPacing;
import dev.tandem.operate.GenerationSteps;
import dev.tandem.operate.GenerationSteps.Objection;
import dev.tandem.operate.GenerationSteps.Patience;
import dev.tandem.operate.Recording;
import dev.tandem.operate.Recording.End;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.rebuild.Filling;
import dev.tandem.rebuild.Rebuild.Mode;
import dev.tandem.rebuild.RebuildException;
import dev.tandem.run.Migration;
import dev.tandem.run.MigrationReader;
import dev.tandem.setup.GenerationTable.Actor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tandem rebuild`: a domain's target made again beside the live one, and exchanged with it.
@Command(
    name = "rebuild",
    description =
        "Makes the target tables of a domain again beside the live ones, from the contract topic,"
            + " with another mapping from the outbox, or with another number of partitions from the"
            + " legacy store, and lets them take their place once they"
            + " are proven equal. The old ones are kept and fed until they are cleaned up.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class RebuildCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  /// What is to be done.
  enum Action {
    START,
    STATUS,
    PAUSE,
    RESUME,
    PROMOTE,
    DEMOTE,
    CANCEL,
    CLEANUP
  }

  @Parameters(
      paramLabel = "ACTION",
      description =
          "start: make tables, and have them filled. status: where it stands. pause: write nothing"
              + " to them for now. resume: go on, perhaps at another rate. promote: let them"
              + " take the live ones' place. demote: go back to the ones kept. cancel: give up"
              + " what is being built. cleanup: remove what is kept or cancelled.")
  private Action action;

  @Option(names = "--domain", paramLabel = "D", required = true, description = "Of which domain.")
  private String domain;

  /// What is read to fill the new tables.
  enum From {
    CONTRACT,
    OUTBOX,
    LEGACY
  }

  @Option(
      names = "--from",
      paramLabel = "TOPIC",
      description =
          "With start: contract, the topic that feeds the live tables; or outbox, which is"
              + " translated anew with the mapping of SPEC; or legacy, whose rows are read once more"
              + " into an outbox of its own with as many partitions as SPEC says (default:"
              + " contract). A process that runs a spec with this mapping fills them.")
  private @Nullable From from;

  @Option(
      names = "--live-spec",
      paramLabel = "LIVE_SPEC",
      description =
          "With --from outbox or legacy, where SPEC has another mapping: the spec that is in use. What both"
              + " captures need to know has to be the same in it.")
  private @Nullable Path liveSpec;

  @Option(
      names = "--live-unfed",
      description =
          "With --from outbox, instead of --live-spec: the spec in use fits the legacy schema no"
              + " more, so nobody feeds the live tables until the new ones take their place. What"
              + " both captures need to know is not compared: see that it is the same in SPEC.")
  private boolean liveUnfed;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "With start and resume: write at most so many contract records a second to the new"
              + " tables; 0 for no limit.")
  private @Nullable Long rate;

  @Option(
      names = "--why",
      paramLabel = "TEXT",
      description = "Kept with the generation, and in the control topic.")
  private String why = "";

  @Option(
      names = "--leave-empty",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "With start: columns, as schema.table.column, that Tandem does not write and that may be"
              + " empty in the new tables.")
  private Set<String> leaveEmpty = Set.of();

  @Option(
      names = "--wait",
      description =
          "With start: until the new tables are proven equal. With promote and demote: until that"
              + " is so, instead of refusing.")
  private boolean wait;

  @Option(
      names = "--print",
      description = "With start: change nothing, and print the SQL that would be run.")
  private boolean print;

  @Option(
      names = "--although-read",
      description =
          "With cleanup: remove a contract topic although consumer groups that are not Tandem's"
              + " have positions in it.")
  private boolean althoughRead;

  @Option(
      names = "--although-early",
      description =
          "With cleanup: remove what was live before although the time in which the domain promises"
              + " the way back (rollback-within) is not over.")
  private boolean althoughEarly;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private Recorded recorded;
  private GenerationSteps steps;
  private GenerationPacing pacing;
  private Filling filling;

  @Override
  public Integer call() throws Exception {
    Migration migration = spec.read();
    DomainPlan plan = domain(migration);
    if (print && action != Action.START) {
      throw wrong("--print: only with start");
    }
    if (althoughRead && action != Action.CLEANUP) {
      throw wrong("--although-read: only with cleanup");
    }
    if (althoughEarly && action != Action.CLEANUP) {
      throw wrong("--although-early: only with cleanup");
    }
    if (from != null && action != Action.START) {
      throw wrong("--from: only with start");
    }
    if (rate != null && action != Action.START && action != Action.RESUME) {
      throw wrong("--rate: only with start and resume");
    }
    if (rate != null && rate < 0) {
      throw wrong("--rate: expected a number from 0, found " + rate);
    }
    if (liveSpec != null && from != From.OUTBOX && from != From.LEGACY) {
      throw wrong("--live-spec: only with --from outbox or legacy");
    }
    if (liveUnfed && (from != From.OUTBOX || liveSpec != null)) {
      throw wrong("--live-unfed: only with --from outbox, and without --live-spec");
    }
    var actor = new Actor(System.getProperty("user.name", ""), why);
    recorded = new Recorded(migration, why);
    steps = new GenerationSteps(migration, plan, actor);
    pacing = new GenerationPacing(migration, plan, actor, Clock.systemUTC());
    filling = filling(migration);
    try {
      return switch (action) {
        case START -> start();
        case STATUS -> status();
        case PAUSE -> pace(Wanted.PAUSE);
        case RESUME -> pace(Wanted.RUN);
        case PROMOTE -> exchange(Way.PROMOTE);
        case DEMOTE -> exchange(Way.DEMOTE);
        case CANCEL -> cancel();
        case CLEANUP -> cleanup();
      };
    } catch (RebuildException refused) {
      return refused(refused);
    }
  }

  private Filling filling(Migration migration) {
    if (from == null || from == From.CONTRACT) {
      return new Filling.FromContract();
    }
    if (liveUnfed) {
      return new Filling.FromOutboxAlone();
    }
    MigrationPlan live =
        liveSpec == null
            ? migration.plan()
            : MigrationReader.read(liveSpec, System.getenv()).plan();
    return from == From.LEGACY ? new Filling.FromLegacy(live) : new Filling.FromOutbox(live);
  }

  private DomainPlan domain(Migration migration) {
    return Domains.named(migration.plan(), domain);
  }

  private Patience patience() {
    return wait ? Patience.UNTIL_PROVEN : Patience.IN_FLIGHT;
  }

  private Integer start() throws Exception {
    if (print) {
      steps
          .start(filling, leaveEmpty, Mode.PRINT)
          .statements()
          .forEach(sql -> out().println(sql + ";"));
      return ExitCode.OK;
    }
    var change =
        recorded(
            "generations.start",
            () -> {
              var made = steps.start(filling, leaveEmpty, Mode.RUN);
              if (rate != null && rate > 0) {
                pacing.order(made.generation(), Wanted.RUN, Optional.of(rate));
              }
              return made;
            },
            made -> made.generation() + " is being built");
    if (!json) {
      change.statements().stream()
          .filter(sql -> !sql.startsWith("SET "))
          .forEach(sql -> out().println("done     " + sql));
    }
    if (wait) {
      steps.awaitProof(change.generation(), patience());
    }
    return done(change.generation() + (wait ? " is proven equal" : " is being built"));
  }

  private Integer status() throws SQLException {
    var standing = steps.standing();
    if (json) {
      out().println(GenerationJson.of(standing));
    } else {
      RebuildForm.text(standing).forEach(out()::println);
    }
    return ExitCode.OK;
  }

  private Integer pace(Wanted wanted) throws SQLException {
    return done(
        recorded(
            switch (wanted) {
              case PAUSE -> "generations.pause";
              case RUN -> "generations.resume";
            },
            () -> {
              Generation meant = pacing.meant(wanted);
              pacing.order(meant, wanted, Optional.ofNullable(rate));
              return GenerationPacing.ordered(meant, wanted);
            },
            words -> words));
  }

  private Integer exchange(Way way) throws Exception {
    return done(
        recorded(
            switch (way) {
              case PROMOTE -> "generations.promote";
              case DEMOTE -> "generations.demote";
            },
            () -> exchanged(way),
            words -> words));
  }

  private String exchanged(Way way) throws SQLException, InterruptedException {
    List<String> finished = steps.finish(way);
    if (!finished.isEmpty()) {
      validations(finished);
      return GenerationSteps.finished(finished);
    }
    var exchanged = steps.exchange(steps.next(way), patience());
    var change = exchanged.change();
    validations(change.statements());
    return change.generation()
        + " is live; "
        + exchanged.kept()
        + " is kept, and fed until it is cleaned up";
  }

  private void validations(List<String> statements) {
    if (!json) {
      statements.stream()
          .filter(sql -> sql.startsWith("-- ") || sql.contains(" VALIDATE CONSTRAINT "))
          .map(sql -> (sql.startsWith("-- ") ? "to do    " : "done     ") + sql)
          .forEach(out()::println);
    }
  }

  private Integer cancel() throws SQLException {
    return done(
        recorded(
            "generations.cancel",
            () -> steps.cancel() + " is given up; cleanup removes it",
            words -> words));
  }

  private Integer cleanup() throws Exception {
    var lines =
        recorded(
            "generations.cleanup",
            () -> steps.cleanUp(overridden()),
            done -> done.size() + " steps");
    if (!json) {
      lines.forEach(out()::println);
    }
    return done("of " + domain + " only the live generation is left");
  }

  private Set<Objection> overridden() {
    var overridden = EnumSet.noneOf(Objection.class);
    if (althoughRead) {
      overridden.add(Objection.READ_BY_OTHERS);
    }
    if (althoughEarly) {
      overridden.add(Objection.EARLY);
    }
    return overridden;
  }

  private <T, X extends Exception> T recorded(
      String what, Recording.Work<T, X> work, Function<T, String> words) throws X {
    return recorded.of(what, "domain " + domain, work, done -> End.done(words.apply(done)));
  }

  private Integer done(String words) {
    out().println(json ? GenerationJson.of(words, List.of()) : words);
    return ExitCode.OK;
  }

  private Integer refused(RebuildException refused) {
    String message = String.valueOf(refused.getMessage());
    if (json) {
      out().println(GenerationJson.of("", message.lines().map(String::strip).toList()));
    } else {
      String verb = action.name().toLowerCase(Locale.ROOT);
      command
          .commandLine()
          .getErr()
          .println(
              "tandem: "
                  + verb
                  + " is refused: "
                  + message.lines().map(spec::in).collect(Collectors.joining("\n")));
    }
    return ExitCode.CRITERIA_NOT_MET;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }
}
