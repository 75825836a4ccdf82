package dev.tandem.bench;

import dev.tandem.bench.Subject.By;
import java.util.List;

/// How many times as fast Tandem did a load as a peer did the same one, in the same run.
public record Ratio(Subject of, Subject peer, double times) {

  /// Of everything that Tandem did whole and some peer did too, in the order in which it was
  /// measured.
  public static List<Ratio> among(List<Measured> measured) {
    return measured.stream()
        .filter(own -> own.subject().by() == By.TANDEM)
        .flatMap(
            own ->
                measured.stream()
                    .filter(other -> other.subject().isPeer())
                    .filter(other -> other.subject().load().equals(own.subject().load()))
                    .map(
                        other ->
                            new Ratio(
                                own.subject(),
                                other.subject(),
                                own.perSecond() / other.perSecond())))
        .toList();
  }
}
