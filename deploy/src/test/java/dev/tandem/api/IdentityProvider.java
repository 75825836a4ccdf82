package dev.tandem.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.tandem.spec.HttpSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;

/// Signs tokens with a key that stands in a file.
final class IdentityProvider {
  static final String ISSUER = "https://id.example.com";
  static final String AUDIENCE = "tandem";

  private final Path file;
  private RSAKey key;

  IdentityProvider(Path directory) throws IOException, JOSEException {
    file = directory.resolve("keys.json");
    key = newKey("first");
    publish();
  }

  static RSAKey newKey(String name) throws JOSEException {
    return new RSAKeyGenerator(2048).keyID(name).generate();
  }

  /// Signs with another key from now on, and publishes it alone.
  void renew() throws IOException, JOSEException {
    key = newKey("second");
    publish();
  }

  private void publish() throws IOException {
    Path next = file.resolveSibling("keys.json.next");
    Files.writeString(next, new JWKSet(key.toPublicJWK()).toString());
    Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  RSAKey key() {
    return key;
  }

  HttpSpec.Jwt spec(String rolesClaim) {
    return new HttpSpec.Jwt(ISSUER, AUDIENCE, new HttpSpec.Keys.Local(file), rolesClaim);
  }

  /// Good claims: a viewer's, for an hour.
  static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject("anna")
        .issueTime(at(0))
        .expirationTime(at(3600))
        .claim("roles", List.of("viewer"));
  }

  static Date at(long secondsFromNow) {
    return Date.from(Instant.now().plusSeconds(secondsFromNow));
  }

  /// A token with these claims, signed as it should be.
  String sign(UnaryOperator<JWTClaimsSet.Builder> change) throws JOSEException {
    return sign(change, JWSAlgorithm.RS256, key, key.getKeyID());
  }

  String sign(
      UnaryOperator<JWTClaimsSet.Builder> change, JWSAlgorithm algorithm, RSAKey with, String kid)
      throws JOSEException {
    var header = new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT);
    var jwt =
        new SignedJWT(
            (kid.isEmpty() ? header : header.keyID(kid)).build(), change.apply(claims()).build());
    jwt.sign(new RSASSASigner(with));
    return jwt.serialize();
  }
}
