package dev.tandem.spec;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads how the databases of a spec are reached.
record StoreReader(Problems problems, Variables variables) {
  private static final Pattern CREDENTIALS =
      Pattern.compile("[?&](user|password|sslpassword)=", Pattern.CASE_INSENSITIVE);

  StoreSpec legacy(Section spec) {
    return store(spec, "legacy", SpecKeys.LEGACY);
  }

  StoreSpec target(Section spec) {
    return store(spec, "target", SpecKeys.STORE);
  }

  private StoreSpec store(Section spec, String key, List<String> known) {
    var read =
        spec.required(key, "write " + key + ": { url: jdbc:postgresql://…, user: …, password: … }")
            .map(node -> Section.of(node, known, problems));
    if (read.isEmpty()) {
      return new StoreSpec(
          spec.standIn(key),
          Section.MISSING,
          new Secret(""),
          RetainedLog.NOTHING_SAID,
          Optional.empty());
    }
    Section store = read.get();
    Located<String> url = store.text("url", "write url: jdbc:postgresql://host:5432/database");
    Located<String> user = store.text("user", "name the role that Tandem connects as");
    Located<String> password =
        store.text("password", "write password: ${NAME}, or ${file:/path} for a file");
    if (store.optional("password").isPresent()) {
      warnOfSecret(password);
    }
    StoreSpec whole = store(url, variables.resolved(user, problems), resolvedSecret(password));
    Optional<StoreSpec> replica =
        known.contains("replica")
            ? store
                .optional("replica")
                .map(node -> replica(Section.of(node, SpecKeys.REPLICA, problems), whole))
            : Optional.empty();
    RetainedLog retained = new RetainedLogReader(problems).read(store);
    return new StoreSpec(whole.url(), whole.user(), whole.password(), retained, replica);
  }

  /// Role and password are the store's where it does not say others.
  private StoreSpec replica(Section replica, StoreSpec store) {
    Located<String> url = replica.text("url", "write url: jdbc:postgresql://standby:5432/database");
    Optional<Located<String>> password = replica.optionalText("password");
    password.ifPresent(this::warnOfSecret);
    return store(
        url,
        replica
            .optionalText("user")
            .map(user -> variables.resolved(user, problems))
            .orElseGet(() -> url.with(store.user())),
        password.map(this::resolvedSecret).orElseGet(() -> url.with(store.password().reveal())));
  }

  private StoreSpec store(Located<String> url, Located<String> role, Located<String> secret) {
    Located<String> address = url(url);
    return new StoreSpec(
        role.known() && secret.known() ? address : address.standIn(address.value()),
        role.value(),
        new Secret(secret.value()),
        RetainedLog.NOTHING_SAID,
        Optional.empty());
  }

  private Located<String> resolvedSecret(Located<String> password) {
    return variables.resolved(password, problems);
  }

  private void warnOfSecret(Located<String> password) {
    if (!Variables.refersTo(password.value())) {
      password.warning(
          problems,
          "the password stands in the spec itself",
          "take it from outside: ${NAME}, or ${file:/path}");
    }
  }

  private Located<String> url(Located<String> raw) {
    Located<String> url = variables.resolved(raw, problems);
    if (!url.known()) {
      return url;
    }
    if (!url.value().startsWith("jdbc:postgresql:")) {
      url.error(
          problems,
          "expected a URL that begins with jdbc:postgresql:",
          "write jdbc:postgresql://host:5432/database");
      return url.standIn(Section.MISSING);
    }
    if (CREDENTIALS.matcher(url.value()).find()) {
      url.error(
          problems,
          "the URL holds credentials, and URLs are printed",
          "move them to 'user' and 'password'");
      return url.standIn(Section.MISSING);
    }
    return url;
  }
}
