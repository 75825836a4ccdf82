package dev.tandem.run;

import dev.tandem.setup.SetupException;
import dev.tandem.wire.RegistryException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;

/// Whether a failure is an outage of something outside, which passes: Kafka, a registry or a
/// database that is away, or something that set-up has still to make. What is refused for good is
/// none.
final class Outage {
  private Outage() {}

  static boolean isOne(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean outage =
          switch (cause) {
            case RetriableException _, TimeoutException _ -> true;
            case RegistryException e -> e.kind() == RegistryException.Kind.UNAVAILABLE;
            case SQLException e -> isOutage(e.getSQLState());
            case java.net.ConnectException _, SetupException.NotMadeException _ -> true;
            default -> false;
          };
      if (outage) {
        return true;
      }
    }
    return false;
  }

  /// Connection failures, too many of them, and a server that starts or stops. Source: PostgreSQL,
  /// "Error Codes".
  private static boolean isOutage(@org.jspecify.annotations.Nullable String state) {
    return state != null
        && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57P"));
  }

  /// The innermost words about it.
  static String reason(Throwable failure) {
    String reason = String.valueOf(failure.getMessage());
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
      }
    }
    return reason;
  }
}
