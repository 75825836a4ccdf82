package dev.tandem.api;

import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.TokenDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Knows callers by what they send. Every token is compared, so that the time says nothing of which
/// was nearly right. Thread-safe.
final class Callers {
  private static final String SCHEME = "Bearer ";
  private static final int LONGEST = 8 * 1024;

  private final List<HttpSpec.Token> tokens;
  private final Function<String, Optional<Caller>> jwt;

  /// @param jwt who a JWT stands for
  Callers(List<HttpSpec.Token> tokens, Function<String, Optional<Caller>> jwt) {
    this.tokens = List.copyOf(tokens);
    this.jwt = jwt;
  }

  static Callers of(HttpSpec spec) {
    return new Callers(
        spec.tokens(),
        spec.jwt()
            .<Function<String, Optional<Caller>>>map(JwtCallers::of)
            .orElse(_ -> Optional.empty()));
  }

  /// @param authorization the header, empty where there is none
  Optional<Caller> of(String authorization) {
    if (authorization.length() > LONGEST
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    String token = authorization.substring(SCHEME.length()).strip();
    TokenDigest digest = TokenDigest.of(token);
    Optional<Caller> found = Optional.empty();
    for (HttpSpec.Token each : tokens) {
      if (each.digest().equals(digest)) {
        found = Optional.of(new Caller(each.name(), each.access()));
      }
    }
    return found.isPresent() ? found : jwt.apply(token);
  }
}
