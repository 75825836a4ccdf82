package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.capture.CaptureSettings;
import dev.tandem.capture.Side;
import dev.tandem.capture.SourceEpoch;
import dev.tandem.operate.Recording.End;
import dev.tandem.run.Migration;
import dev.tandem.run.Subjects;
import dev.tandem.setup.Setup;
import dev.tandem.setup.SetupPlan;
import dev.tandem.setup.Step;
import dev.tandem.setup.Step.State;
import dev.tandem.wire.RegistryException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tandem setup`: publication, slot, the target's schema and topics.
@Command(
    name = "setup",
    description =
        "Makes what a migration needs: topics, the schema tandem in the target, publication and"
            + " replication slot in both stores. What is there already is left alone.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class SetupCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(
      names = "--print",
      description = "Change nothing: print the SQL and the commands that would be run.")
  private boolean print;

  @Option(
      names = "--new-epoch",
      description =
          "Make the slot again and sweep every table again: after the slot was lost, or the store"
              + " was restored or replaced.")
  private boolean newEpoch;

  @Option(
      names = "--side",
      paramLabel = "SIDE",
      description =
          "Which store --new-epoch is about, one of ${COMPLETION-CANDIDATES} (default: legacy).")
  private @Nullable Side side;

  @Mixin private WhyOption why;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (side != null && !newEpoch) {
      throw new ParameterException(
          command.commandLine(), "--side says which store --new-epoch is about; add --new-epoch");
    }
    var migration = spec.read();
    var site = migration.site();
    SetupPlan plan = newEpoch ? Setup.planNewEpoch(site, side()) : Setup.plan(site);
    boolean refused = !plan.refused().isEmpty();
    var subjects = new Subjects(migration);
    List<Step> steps = new ArrayList<>(print || refused ? plan.steps() : run(migration));
    try {
      steps.addAll(print || refused ? subjects.steps() : subjects.register());
    } catch (RegistryException away) {
      steps.add(
          Step.refused(
              Step.Place.REGISTRY,
              "subjects",
              String.valueOf(away.getMessage()),
              "start the registry or correct its url, and run tandem setup SPEC again"));
    }
    boolean amiss = steps.stream().anyMatch(step -> step.state() == State.REFUSED);
    var out = command.commandLine().getOut();
    if (json) {
      out.println(json(steps));
    } else if (print) {
      script(steps, out);
    } else {
      steps.forEach(step -> out.println(line(step)));
      if (refused) {
        out.println("Set-up is refused; nothing was changed.");
      }
    }
    return amiss ? ExitCode.FOUND_OR_FAILED : ExitCode.OK;
  }

  private List<Step> run(Migration migration) {
    if (!newEpoch) {
      return Setup.run(migration.site()).steps();
    }
    var recorded = new Recorded(migration, why.text());
    // Where the control topic was lost too, it has been made again by then.
    return Setup.newEpoch(
            migration.site(),
            side(),
            store ->
                recorded.of(
                    "epochs.declare",
                    side().name().toLowerCase(Locale.ROOT),
                    () -> SourceEpoch.declareNext(captured(migration), store),
                    epoch -> End.done("epoch " + epoch)))
        .steps();
  }

  /// The capture of the store that the new epoch is of, with all topics that it writes.
  private CaptureSettings captured(Migration migration) throws SQLException {
    var plan = migration.generations().observed(migration.plan());
    var stores = migration.stores();
    return CaptureSettings.of(
            plan,
            side() == Side.LEGACY ? stores.legacy() : stores.target(),
            migration.kafka().objects(),
            migration.kafka().registryClient())
        .onSide(side());
  }

  private Side side() {
    return side == null ? Side.LEGACY : side;
  }

  private String line(Step step) {
    return switch (step.state()) {
      case DONE -> "made     " + step.name();
      case EXISTS -> "exists   " + step.name() + " (" + step.note() + ")";
      case TO_DO -> "missing  " + step.name();
      case REFUSED ->
          "refused  " + step.name() + ": " + step.note() + "\n    fix: " + spec.in(step.fix());
    };
  }

  /// The plan as a script: what is not to be run is a comment.
  private void script(List<Step> steps, PrintWriter out) {
    for (Step step : steps) {
      boolean isSql = step.place() == Step.Place.LEGACY || step.place() == Step.Place.TARGET;
      String end = isSql ? ";" : "";
      String comment = isSql ? "-- " : "# ";
      out.println(comment + place(step) + ": " + line(step).replace("\n", "\n" + comment));
      step.statements().forEach(statement -> out.println(statement + end));
    }
  }

  private static String place(Step step) {
    return step.place().name().toLowerCase(Locale.ROOT);
  }

  private String json(List<Step> steps) {
    var root = new ObjectMapper().createObjectNode();
    root.put("ok", steps.stream().noneMatch(step -> step.state() == State.REFUSED));
    var list = root.putArray("steps");
    for (Step step : steps) {
      var object =
          list.addObject()
              .put("place", place(step))
              .put("name", step.name())
              .put("state", step.state().name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .put("note", step.note())
              .put("fix", spec.in(step.fix()));
      step.statements().forEach(object.putArray("statements")::add);
    }
    return root.toString();
  }
}
