package dev.tandem.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.tandem.spec.HttpSpec;
import dev.tandem.spec.HttpSpec.Access;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Callers that an identity provider vouches for by a signed token. A token counts if it was signed
/// with RS256 or ES256 by the key it names, if issuer and audience are the spec's, if it has a
/// subject and a role, and if it is now, give or take a minute, within its time. Thread-safe.
final class JwtCallers implements Function<String, Optional<Caller>> {
  private static final Logger LOG = LoggerFactory.getLogger(JwtCallers.class);
  private static final int LEEWAY_SECONDS = 60;
  private static final int CONNECT_MILLIS = 3000;
  private static final int READ_MILLIS = 5000;
  private static final int MOST_BYTES = 256 * 1024;
  private static final int LONGEST_SUBJECT = 200;
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
  private static final Set<String> REQUIRED = Set.of("sub", "exp", "iss", "aud");

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String rolesClaim;

  private JwtCallers(HttpSpec.Jwt spec, JWKSource<SecurityContext> keys) {
    this.rolesClaim = spec.rolesClaim();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    var claims =
        new DefaultJWTClaimsVerifier<SecurityContext>(
            spec.audience(), new JWTClaimsSet.Builder().issuer(spec.issuer()).build(), REQUIRED);
    claims.setMaxClockSkew(LEEWAY_SECONDS);
    processor.setJWTClaimsSetVerifier(claims);
  }

  static JwtCallers of(HttpSpec.Jwt spec) {
    return new JwtCallers(
        spec,
        switch (spec.keys()) {
          case HttpSpec.Keys.Remote(var url) -> remote(url);
          case HttpSpec.Keys.Local(var file) -> new KeyFile(file);
        });
  }

  /// Kept for five minutes; asked for again before that where a key is not among them, but not more
  /// often than twice in half a minute.
  private static JWKSource<SecurityContext> remote(String url) {
    try {
      return JWKSourceBuilder.create(
              URI.create(url).toURL(),
              new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, MOST_BYTES))
          .retrying(true)
          .build();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("http.jwt.jwks: '" + url + "' is no URL", e);
    }
  }

  @Override
  public Optional<Caller> apply(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (jwt.getHeader().getKeyID() == null) {
        return Optional.empty();
      }
      return caller(processor.process(jwt, null));
    } catch (ParseException | BadJOSEException unacceptable) {
      LOG.debug("a JWT was not accepted: {}", unacceptable.getMessage());
      return Optional.empty();
    } catch (JOSEException noKeys) {
      LOG.warn(
          "the keys of http.jwt cannot be read, so no JWT is accepted: {}", noKeys.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Caller> caller(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    Date expiry = claims.getExpirationTime();
    if (subject == null || expiry == null || !isName(subject)) {
      return Optional.empty();
    }
    return access(claims.getClaims()).map(access -> new Caller("jwt:" + subject, access));
  }

  /// What can stand in a log.
  private static boolean isName(String subject) {
    return !subject.isBlank()
        && subject.length() <= LONGEST_SUBJECT
        && subject.codePoints().noneMatch(Character::isISOControl);
  }

  private Optional<Access> access(Map<String, Object> claims) {
    @Nullable Object found = claims.get(rolesClaim);
    if (found == null) {
      found = claims;
      for (String name : rolesClaim.split("\\.")) {
        found = found instanceof Map<?, ?> nested ? nested.get(name) : null;
      }
    }
    Stream<?> roles =
        switch (found) {
          case Collection<?> list -> list.stream();
          case String one -> Stream.of(one);
          case null, default -> Stream.empty();
        };
    return roles.flatMap(JwtCallers::named).max(Comparator.naturalOrder());
  }

  private static Stream<Access> named(Object role) {
    return Arrays.stream(Access.values())
        .filter(access -> access.name().toLowerCase(Locale.ROOT).equals(role));
  }
}
