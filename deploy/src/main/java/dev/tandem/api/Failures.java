package dev.tandem.api;

import dev.tandem.ledger.LedgerException;
import dev.tandem.operate.Refusal;
import dev.tandem.rebuild.BusyException;
import dev.tandem.rebuild.RebuildException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;

/// What becomes of a failure: what was refused is said as the command line says it; of what broke
/// only where.
final class Failures {
  private Failures() {}

  static ApiProblem problem(Exception failure) {
    return switch (failure) {
      case ApiProblem problem -> problem;
      case Refusal refused -> new ApiProblem(status(refused), Words.ofApi(refused.words()));
      case RebuildException refused -> refused(refused);
      case BusyException busy -> new ApiProblem(409, String.valueOf(busy.getMessage()));
      case LedgerException ours when ours.getCause() == null ->
          new ApiProblem(503, String.valueOf(ours.getMessage()));
      case LedgerException _, KafkaException _, ExecutionException _ ->
          new ApiProblem(503, "Kafka did not answer as expected");
      case SQLException _ -> new ApiProblem(503, "a store did not answer as expected");
      default -> new ApiProblem(500, "this should not happen");
    };
  }

  private static int status(Refusal refused) {
    return switch (refused.kind()) {
      case WRONG -> 400;
      case UNKNOWN -> 404;
      case CONFLICT -> 409;
    };
  }

  private static ApiProblem refused(RebuildException refused) {
    String words = String.valueOf(refused.getMessage());
    List<String> lines = words.lines().map(String::strip).toList();
    return new ApiProblem(409, lines.getFirst()).because(refused.reasons());
  }
}
