package dev.tandem.spec;

import dev.tandem.spec.HttpSpec.Access;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads who may call the operator's API. A token stands outside of the spec, is long enough not to
/// be guessed, and belongs to one caller.
final class HttpReader {
  static final List<String> ROLES =
      Stream.of(Access.values()).map(it -> it.name().toLowerCase(Locale.ROOT)).toList();
  static final int SHORTEST_TOKEN = 24;

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._@-]{1,64}");
  private static final Pattern OUTSIDE = Pattern.compile("\\$\\{(file:[^}]+|[A-Za-z0-9_]+)\\}");
  private static final Pattern REMOTE =
      Pattern.compile("https://.+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]+)?(/.*)?");
  private static final String TOKENS =
      "write a list of { name: …, role: operator, token: \"${NAME}\" }";

  private final Problems problems;
  private final Values values;
  private final Variables variables;

  HttpReader(Problems problems, Variables variables) {
    this.problems = problems;
    this.values = new Values(problems);
    this.variables = variables;
  }

  HttpSpec read(Section spec) {
    return spec.optional("http").map(this::http).orElse(HttpSpec.NONE);
  }

  HttpSpec http(Located<Node> node) {
    var http = Section.of(node, SpecKeys.HTTP, problems);
    return new HttpSpec(
        http.optional("tokens").map(this::tokens).orElse(List.of()),
        http.optional("jwt").map(this::jwt),
        http.optional("tls").map(this::tls));
  }

  private List<HttpSpec.Token> tokens(Located<Node> list) {
    if (!(list.value() instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
      list.error(problems, "expected a list of tokens", TOKENS);
      return List.of();
    }
    var tokens = new ArrayList<HttpSpec.Token>();
    var byDigest = new HashMap<TokenDigest, String>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Node item = sequence.items().get(i);
      var at = new Located<>(item, item.place(), list.path() + "[" + i + "]");
      token(Section.of(at, SpecKeys.HTTP_TOKEN, problems))
          .ifPresent(
              token -> {
                if (tokens.stream().anyMatch(other -> other.name().equals(token.name()))) {
                  at.error(
                      problems,
                      "the name '" + token.name() + "' is taken",
                      "give each caller a name of its own: audits tell them apart by it");
                }
                String other = byDigest.putIfAbsent(token.digest(), token.name());
                if (other != null) {
                  at.error(
                      problems,
                      "'" + token.name() + "' has the token of '" + other + "'",
                      "give each caller a token of its own");
                }
                tokens.add(token);
              });
    }
    return tokens;
  }

  private Optional<HttpSpec.Token> token(Section section) {
    Located<String> name = section.text("name", "name the caller, as audits are to call it");
    if (name.known() && !NAME.matcher(name.value()).matches()) {
      name.error(
          problems,
          "expected a name of at most 64 letters, digits and . _ @ -, found '" + name.value() + "'",
          "give it such a name");
    }
    Optional<Access> access = access(section.text("role", "write role: viewer, operator or admin"));
    Located<String> raw = section.text("token", "write token: \"${NAME}\", or \"${file:/path}\"");
    if (!raw.known()) {
      return Optional.empty();
    }
    if (!OUTSIDE.matcher(raw.value()).matches()) {
      raw.error(
          problems,
          "the token does not come from outside alone",
          "write token: \"${NAME}\" without a default, or \"${file:/path}\"");
      return Optional.empty();
    }
    Optional<String> token = variables.resolve(raw, problems);
    if (token.filter(it -> it.length() < SHORTEST_TOKEN).isPresent()) {
      raw.error(
          problems,
          "the token has " + token.get().length() + " characters",
          "take one of at least " + SHORTEST_TOKEN + ": openssl rand -hex 32");
      return Optional.empty();
    }
    return token.flatMap(
        text -> access.map(it -> new HttpSpec.Token(name.value(), it, TokenDigest.of(text))));
  }

  private Optional<Access> access(Located<String> role) {
    return role.known()
        ? values.choice(role, ROLES).map(word -> Access.valueOf(word.toUpperCase(Locale.ROOT)))
        : Optional.empty();
  }

  private HttpSpec.Jwt jwt(Located<Node> node) {
    var jwt = Section.of(node, SpecKeys.HTTP_JWT, problems);
    return new HttpSpec.Jwt(
        resolved(jwt.text("issuer", "write the provider's issuer, as its tokens have it in 'iss'")),
        resolved(jwt.text("audience", "write what its tokens for Tandem have in 'aud'")),
        keys(jwt.text("jwks", "write the https: URL of the provider's keys, or a file")),
        jwt.optionalText("roles-claim").map(this::resolved).orElse("roles"));
  }

  private HttpSpec.Keys keys(Located<String> raw) {
    String text = resolved(raw);
    if (raw.known() && text.matches("[a-z]+://.*")) {
      if (!REMOTE.matcher(text).matches()) {
        raw.error(
            problems,
            "expected keys that nobody can exchange on their way, found '" + text + "'",
            "write an https: URL, or the path of a file");
      }
      return new HttpSpec.Keys.Remote(text);
    }
    return new HttpSpec.Keys.Local(path(raw));
  }

  private HttpSpec.Tls tls(Located<Node> node) {
    var tls = Section.of(node, SpecKeys.HTTP_TLS, problems);
    return new HttpSpec.Tls(
        path(tls.text("certificate", "name the PEM file with the certificate and its chain")),
        path(tls.text("key", "name the PEM file with the certificate's private key")));
  }

  private String resolved(Located<String> raw) {
    return variables.resolve(raw, problems).orElse(Section.MISSING);
  }

  private Path path(Located<String> raw) {
    try {
      return variables.folder().resolve(resolved(raw));
    } catch (InvalidPathException e) {
      raw.error(problems, "'" + raw.value() + "' is no path", "name a file");
      return variables.folder();
    }
  }
}
