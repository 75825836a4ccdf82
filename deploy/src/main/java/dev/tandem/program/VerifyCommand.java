package dev.tandem.program;

import dev.tandem.invariants.InvariantComparison.Terms;
import dev.tandem.job.JobOrder;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `tandem verify`: has the rows of both stores read for the reconciler.
@Command(
    name = "verify",
    description =
        "Has the rows of both stores read and compared, as a job that can be paused and survives"
            + " restarts. Nothing is written to the target by it. Where the spec has invariants,"
            + " they are compared behind it. Ends with 0 if both are equal, 1 if something was"
            + " found, 3 if it did not come to its end.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line sets the fields before it runs.
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecOptions spec;

  @Parameters(
      index = "1",
      paramLabel = "ACTION",
      description = "One of ${COMPLETION-CANDIDATES}, in any case.")
  private JobOptions.Action action;

  @Mixin private JobOptions options;

  @Option(
      names = "--sample",
      paramLabel = "SHARE",
      converter = ShareText.class,
      description = "Only about this share of the entities, chosen by their key: 1%%.")
  private double sample = 1;

  @Option(
      names = "--most-findings",
      paramLabel = "N",
      description = "Cancel it once it has found so many.")
  private long mostFindings;

  @Option(
      names = "--invariants",
      description =
          "With START: compare the invariants of the spec alone, now; no row is swept. Without it"
              + " START --wait compares them behind a verification of the whole domain.")
  private boolean invariants;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      converter = DemoCommand.TimeText.class,
      defaultValue = "30s",
      description =
          "The longest that apply may stand while both stores are brought to one position for"
              + " invariants (default: ${DEFAULT-VALUE}).")
  private Duration hold;

  @Override
  public Integer call() throws Exception {
    if (!Terms.isHold(hold)) {
      throw new ParameterException(
          command.commandLine(),
          "--hold: expected more than 0s and at most "
              + Terms.LONGEST_HOLD.toMinutes()
              + "m, since apply stands so long, found "
              + hold.toSeconds()
              + "s");
    }
    var asked = new JobActions.Asked(JobOrder.Kind.VERIFY, options, sample, mostFindings, hold);
    if (!invariants) {
      return new JobActions(spec.read(), spec, asked, command).run(action);
    }
    if (action != JobOptions.Action.START) {
      throw new ParameterException(
          command.commandLine(), "--invariants: goes with START; it is over when the command is");
    }
    return new JobActions(spec.read(), spec, asked, command).compareInvariants();
  }

  /// `1%`, `0.01`.
  static final class ShareText implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      try {
        boolean percent = text.endsWith("%");
        double number = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
        double share = percent ? number / 100 : number;
        if (share > 0 && share <= 1) {
          return share;
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("expected a share as 1% or 0.01, found '" + text + "'");
      }
      throw new TypeConversionException(
          "expected a share above 0 and up to 100%, found '" + text + "'");
    }
  }
}
