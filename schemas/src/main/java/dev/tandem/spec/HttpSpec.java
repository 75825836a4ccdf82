package dev.tandem.spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Who may call the operator's API, and how its connections are protected.
public record HttpSpec(List<Token> tokens, Optional<Jwt> jwt, Optional<Tls> tls) {
  /// Nobody may.
  public static final HttpSpec NONE = new HttpSpec(List.of(), Optional.empty(), Optional.empty());

  public HttpSpec {
    tokens = List.copyOf(tokens);
  }

  /// What a caller may do; each may also do what those before it may.
  public enum Access {
    /// Reads.
    VIEWER,
    /// Starts, pauses, resumes and cancels jobs, and asks for repairs.
    OPERATOR,
    /// Starts, promotes, demotes, cancels and cleans up generations.
    ADMIN;

    public boolean includes(Access other) {
      return compareTo(other) >= 0;
    }
  }

  /// A caller that is known by a token of its own.
  ///
  /// @param name what it is called in audits and logs
  public record Token(String name, Access access, TokenDigest digest) {}

  /// Callers that an identity provider vouches for.
  ///
  /// @param rolesClaim where in a token their roles stand, the names of nested claims joined by `.`
  public record Jwt(String issuer, String audience, Keys keys, String rolesClaim) {}

  /// Where the keys of an identity provider are.
  public sealed interface Keys {
    record Remote(String url) implements Keys {}

    record Local(Path file) implements Keys {}
  }

  /// A certificate chain and its key, PEM files that may change at any time.
  public record Tls(Path certificate, Path key) {}

  /// Whether there is anybody who may call.
  public boolean knowsCallers() {
    return !tokens.isEmpty() || jwt.isPresent();
  }
}
