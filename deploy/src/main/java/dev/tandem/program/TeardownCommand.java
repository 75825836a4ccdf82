package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.tandem.setup.Remnant;
import dev.tandem.setup.Remnants;
import dev.tandem.setup.Removal;
import dev.tandem.setup.Teardown;
import dev.tandem.setup.Teardown.Readers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tandem teardown`: the opposite of set-up.
@Command(
    name = "teardown",
    description =
        "Removes what set-up and the roles made, naming each thing: slot, publication, checkpoints,"
            + " the schema tandem, consumer groups, topics, registry subjects, local state. The"
            + " tables of both stores stay.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class TeardownCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Option(names = "--dry-run", description = "Change nothing: say what would be removed.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--force", description = "End the session that reads the slot.")
  private boolean force;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "The state directory that the migration was run with (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of(".tandem", "state");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    var teardown = new Teardown(spec.draft().examination().site(), Optional.of(state));
    Remnants remnants = teardown.list();
    if (dryRun) {
      found(remnants);
      return ExitCode.OK;
    }
    if (!yes && !agreed(remnants)) {
      err().println("tandem: nothing was removed; --yes removes it without asking");
      return ExitCode.USAGE_OR_SPEC;
    }
    List<Removal> removals = teardown.remove(remnants, force ? Readers.TERMINATE : Readers.LEAVE);
    removed(remnants, removals);
    boolean clean = removals.stream().allMatch(Removal::gone) && remnants.unseen().isEmpty();
    return clean ? ExitCode.OK : ExitCode.FOUND_OR_FAILED;
  }

  private void found(Remnants remnants) {
    if (json) {
      out().println(json(remnants, List.of()));
      return;
    }
    remnants.found().forEach(remnant -> out().println("found    " + line(remnant)));
    unseen(remnants);
    if (remnants.found().isEmpty()) {
      out().println("There is nothing to remove.");
    }
  }

  private void removed(Remnants remnants, List<Removal> removals) {
    if (json) {
      out().println(json(remnants, removals));
      return;
    }
    for (Removal removal : removals) {
      out()
          .println(
              removal.gone()
                  ? "removed  " + line(removal.remnant())
                  : "kept     " + removal.remnant() + ": " + removal.failure());
    }
    unseen(remnants);
    if (removals.isEmpty()) {
      out().println("There is nothing to remove.");
    }
  }

  private void unseen(Remnants remnants) {
    remnants.unseen().forEach(place -> err().println("tandem: not looked at: " + place));
  }

  /// Asks somebody at a terminal, after naming each thing.
  @SuppressWarnings(
      "SystemConsoleNull") // Never null since 22, which the null checker does not know.
  private boolean agreed(Remnants remnants) {
    if (remnants.found().isEmpty()) {
      return true;
    }
    remnants.found().forEach(remnant -> err().println("found    " + line(remnant)));
    var console = System.console();
    if (console == null || !console.isTerminal()) {
      return false;
    }
    String answer = console.readLine("Remove all of it? [y/N] ");
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
  }

  private static String line(Remnant remnant) {
    return remnant + " (" + remnant.detail() + ")";
  }

  private static String json(Remnants remnants, List<Removal> removals) {
    var root = new ObjectMapper().createObjectNode();
    ArrayNode found = root.putArray("found");
    remnants.found().forEach(remnant -> found.add(remnant.toString()));
    ArrayNode gone = root.putArray("removed");
    ArrayNode kept = root.putArray("kept");
    for (Removal removal : removals) {
      if (removal.gone()) {
        gone.add(removal.remnant().toString());
      } else {
        kept.addObject().put("name", removal.remnant().toString()).put("reason", removal.failure());
      }
    }
    ArrayNode unseen = root.putArray("unseen");
    remnants.unseen().forEach(unseen::add);
    return root.toString();
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  private PrintWriter err() {
    return command.commandLine().getErr();
  }
}
