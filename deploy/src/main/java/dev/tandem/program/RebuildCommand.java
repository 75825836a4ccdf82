package dev.tandem.program;

import dev.tandem.generation.Exchange;
import dev.tandem.generation.Exchange.Way;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Proof;
import dev.tandem.plan.DomainPlan;
import dev.tandem.rebuild.Rebuild;
import dev.tandem.rebuild.Rebuild.Mode;
import dev.tandem.rebuild.RebuildException;
import dev.tandem.run.Migration;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.standing.StandingReader;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            + " and lets them take their place once they are proven equal. The old ones are kept"
            + " and fed until they are cleaned up.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class RebuildCommand implements Callable<Integer> {
  private static final long LOOK_MILLIS = 500;

  /// So long a promotion waits for the proof of what was in flight when it was asked for.
  private static final Duration IN_FLIGHT = Duration.ofSeconds(30);

  /// Processes look at the generations every few seconds, and then have to close.
  private static final Duration CLOSING = Duration.ofSeconds(90);

  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  /// What is to be done.
  enum Action {
    START,
    STATUS,
    PROMOTE,
    DEMOTE,
    CANCEL,
    CLEANUP
  }

  @Parameters(
      paramLabel = "ACTION",
      description =
          "start: make tables, and have them filled. status: where it stands. promote: let them"
              + " take the live ones' place. demote: go back to the ones kept. cancel: give up"
              + " what is being built. cleanup: remove what is kept or cancelled.")
  private Action action;

  @Option(names = "--domain", paramLabel = "D", required = true, description = "Of which domain.")
  private String domain;

  @Option(names = "--why", paramLabel = "TEXT", description = "Kept with the generation.")
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

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  private Migration migration;
  private DomainPlan plan;
  private StandingReader reader;
  private Rebuild rebuild;

  @Override
  public Integer call() throws Exception {
    migration = spec.read();
    plan =
        migration.plan().domains().stream()
            .filter(each -> each.name().equals(domain))
            .findFirst()
            .orElseThrow(() -> wrong("--domain: the spec has no domain " + domain));
    if (print && action != Action.START) {
      throw wrong("--print: only with start");
    }
    reader = new StandingReader(migration, plan, Clock.systemUTC());
    var actor = new Actor(System.getProperty("user.name", ""), why);
    rebuild = new Rebuild(migration.site(), plan, actor);
    try {
      return switch (action) {
        case START -> start();
        case STATUS -> status();
        case PROMOTE -> exchange(Way.PROMOTE);
        case DEMOTE -> exchange(Way.DEMOTE);
        case CANCEL -> cancel();
        case CLEANUP -> cleanup();
      };
    } catch (RebuildException refused) {
      return refused(refused);
    }
  }

  private Integer start() throws Exception {
    var change = rebuild.start(leaveEmpty, print ? Mode.PRINT : Mode.RUN);
    if (print) {
      change.statements().forEach(sql -> out().println(sql + ";"));
      return ExitCode.OK;
    }
    if (!json) {
      change.statements().stream()
          .filter(sql -> !sql.startsWith("SET "))
          .forEach(sql -> out().println("done     " + sql));
    }
    if (wait) {
      awaitProof(change.generation());
    }
    return done(change.generation() + (wait ? " is proven equal" : " is being built"));
  }

  private Integer status() throws SQLException {
    var standing = reader.read();
    if (json) {
      out().println(RebuildForm.json(standing));
    } else {
      RebuildForm.text(standing).forEach(out()::println);
    }
    return ExitCode.OK;
  }

  private Integer exchange(Way way) throws Exception {
    var exchange =
        Exchange.of(rebuild.generations(), domain, way)
            .orElseThrow(
                () ->
                    new RebuildException(
                        switch (way) {
                          case PROMOTE ->
                              "there is no newer generation of " + domain + " to promote";
                          case DEMOTE -> "no older generation of " + domain + " is kept";
                        },
                        List.of("see tandem rebuild SPEC status --domain " + domain)));
    awaitProof(exchange.next());
    var change = rebuild.exchange(exchange);
    if (!json) {
      change.statements().stream()
          .filter(sql -> sql.startsWith("-- ") || sql.contains(" VALIDATE CONSTRAINT "))
          .map(sql -> (sql.startsWith("-- ") ? "to do    " : "done     ") + sql)
          .forEach(out()::println);
    }
    return done(
        change.generation()
            + " is live; "
            + exchange.live()
            + " is kept, and fed until it is cleaned up");
  }

  /// Waits until everything up to where the live generation stands, within half a minute, is
  /// proven.
  ///
  /// @throws RebuildException with what is missing, where time alone will not bring it soon and
  ///     nobody said to wait; also if the generation is fed no more
  private void awaitProof(Generation generation) throws Exception {
    var question = reader.question();
    long deadline = System.nanoTime() + IN_FLIGHT.toNanos();
    while (true) {
      requireFed(generation);
      Proof proof = reader.proof(generation, question);
      if (proof.isGiven()) {
        return;
      }
      boolean over = !proof.isNear() || System.nanoTime() > deadline;
      if (over && !wait) {
        throw new RebuildException(generation + " is not proven equal", proof.lines());
      }
      Thread.sleep(LOOK_MILLIS);
      if (reader.isSpent(question, proof)) {
        question = reader.question();
      }
    }
  }

  private void requireFed(Generation generation) throws SQLException {
    Generation now =
        rebuild.generations().of(domain).stream()
            .filter(each -> each.number() == generation.number())
            .findFirst()
            .orElse(generation);
    if (!now.isBeside()) {
      throw new RebuildException(
          "expected " + generation + " to be built or kept until it is proven equal",
          List.of("found it " + now.state() + ": somebody has changed it meanwhile"));
    }
  }

  private Integer cancel() throws SQLException {
    return done(rebuild.cancel() + " is given up; cleanup removes it");
  }

  private Integer cleanup() throws Exception {
    var lines = rebuild.removal().run(CLOSING);
    if (!json) {
      lines.forEach(out()::println);
    }
    return done("of " + domain + " only the live generation is left");
  }

  private Integer done(String words) {
    out().println(json ? RebuildForm.json(words, List.of()) : words);
    return ExitCode.OK;
  }

  private Integer refused(RebuildException refused) {
    String message = String.valueOf(refused.getMessage());
    if (json) {
      out().println(RebuildForm.json("", message.lines().map(String::strip).toList()));
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
