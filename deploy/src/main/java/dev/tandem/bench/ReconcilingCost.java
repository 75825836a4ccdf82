package dev.tandem.bench;

import dev.tandem.bench.Subject.By;
import java.util.List;
import java.util.Optional;

/// What it costs to reconcile beside the pipeline: processor time of the program for one change of
/// the same load in the same run, without and with it.
///
/// @param without microseconds
/// @param with microseconds
public record ReconcilingCost(String load, double without, double with) {
  static final String CARRIED = "all at once";
  static final String RECONCILED = "all and reconcile";

  /// Empty where a load was not measured both ways.
  public static Optional<ReconcilingCost> among(List<Measured> measured) {
    return measured.stream()
        .filter(own -> is(own, RECONCILED))
        .flatMap(
            with ->
                measured.stream()
                    .filter(own -> is(own, CARRIED))
                    .filter(own -> own.subject().load().equals(with.subject().load()))
                    .map(
                        without ->
                            new ReconcilingCost(
                                with.subject().load(),
                                without.programMicros(),
                                with.programMicros())))
        .findFirst();
  }

  private static boolean is(Measured measured, String what) {
    return measured.subject().by() == By.TANDEM && measured.subject().what().equals(what);
  }

  /// What reconciling takes, as a share of what the pipeline takes without it.
  public double share() {
    return with / without - 1;
  }
}
