package dev.tandem.run;

import dev.tandem.setup.SetupException;
import dev.tandem.wire.RegistryException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.jspecify.annotations.Nullable;

/// Whether a failure is an outage of something outside, which passes: Kafka, a registry or a
/// database that is away, a password that is refused (while it is changed, the old one is refused
/// here or the new one there), or something that set-up has still to make. What is refused for good
/// is none.
final class Outage {
  private Outage() {}

  static boolean isOne(Throwable failure) {
    return in(failure) != null;
  }

  /// The outermost of a failure's causes that is an outage.
  private static @Nullable Throwable in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean outage =
          switch (cause) {
            case RetriableException _, TimeoutException _, ConnectException _ -> true;
            case SaslAuthenticationException _, SetupException.NotMadeException _ -> true;
            case RegistryException e -> e.kind() == RegistryException.Kind.UNAVAILABLE;
            case SQLException e -> isOutage(e.getSQLState());
            default -> false;
          };
      if (outage) {
        return cause;
      }
    }
    return null;
  }

  /// Connection failures, too many of them, a server that starts or stops, and a user or password
  /// that is refused. Source: PostgreSQL, "Error Codes".
  private static boolean isOutage(@Nullable String state) {
    return state != null
        && (state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57P")
            || isRefusal(state));
  }

  private static boolean isRefusal(@Nullable String state) {
    return "28P01".equals(state) || "28000".equals(state);
  }

  /// One line about it: the words of set-up, which name the place, or else those of the outage.
  static String reason(Throwable failure) {
    Throwable outage = in(failure);
    Throwable says = failure instanceof SetupException || outage == null ? failure : outage;
    String words =
        says.getMessage() == null ? says.getClass().getSimpleName() : says.getMessage().strip();
    String line = words.replaceAll("\\s*\\R\\s*", " ");
    return outage instanceof SQLException sql && isRefusal(sql.getSQLState())
        ? "user or password is refused, and tried again: "
            + line
            + "; fix: correct user and password in the spec"
        : line;
  }
}
