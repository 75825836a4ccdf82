package dev.tandem.program;

import dev.tandem.job.JobOrder;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `tandem verify`: has the rows of both stores read for the reconciler.
@Command(
    name = "verify",
    description =
        "Has the rows of both stores read and compared, as a job that can be paused and survives"
            + " restarts. Nothing is written to the target by it. Ends with 0 if both are equal, 1"
            + " if something was found, 3 if it did not come to its end.",
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
      description = "With --wait: cancel it once it has found so many.")
  private long mostFindings;

  @Override
  public Integer call() throws Exception {
    var asked = new JobActions.Asked(JobOrder.Kind.VERIFY, options, sample, mostFindings);
    return new JobActions(spec.read(), spec, asked, command).run(action);
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
