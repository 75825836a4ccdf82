package dev.tandem.spec;

import dev.tandem.invariant.Invariant.Match;
import dev.tandem.invariant.SelectRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the invariants of a domain.
final class InvariantReader {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,59}");
  private static final Pattern TOLERANCE = Pattern.compile("[0-9]{1,18}(\\.[0-9]{1,18})?");

  /// PostgreSQL has no more columns in a result.
  private static final int MOST_COLUMNS = 1664;

  private final Problems problems;
  private final Values values;

  InvariantReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  List<InvariantSpec> read(Section domain) {
    var invariants = new ArrayList<InvariantSpec>();
    domain
        .optional("invariants")
        .map(node -> Section.open(node, problems))
        .ifPresent(
            section -> {
              section.entries().forEach(entry -> invariants.add(invariant(entry)));
              if (section.entries().isEmpty() && !section.isBroken()) {
                section.error("there is no invariant", "declare one, or leave the key out");
              }
            });
    return invariants;
  }

  private InvariantSpec invariant(Section.Entry entry) {
    Located<String> name = entry.name();
    if (!NAME.matcher(name.value()).matches()) {
      name.error(
          problems,
          "'" + name.value() + "' cannot be an invariant's name",
          "use lower-case letters, digits and hyphens, a letter first, at most 60");
    }
    var section = Section.of(entry.value(), SpecKeys.INVARIANT, problems);
    int key = key(section);
    return new InvariantSpec(
        name,
        query(section, "legacy"),
        query(section, "target"),
        new Match(key, tolerance(section, key)));
  }

  private Located<String> query(Section section, String store) {
    Located<String> query = section.text(store, "write " + store + ": one SELECT for that store");
    if (query.known()) {
      Optional<String> flaw = SelectRule.problem(query.value());
      if (flaw.isPresent()) {
        query.error(problems, flaw.get(), "write one plain SELECT without comments and semicolon");
        return query.standIn(query.value());
      }
    }
    return query;
  }

  private int key(Section section) {
    return section.optionalText("key").flatMap(text -> values.count(text, MOST_COLUMNS)).orElse(0);
  }

  /// Of what is no number, and where no key says which rows belong together, nothing is left.
  private BigDecimal tolerance(Section section, int key) {
    Optional<Located<String>> text = section.optionalText("tolerance");
    if (text.isEmpty()) {
      return BigDecimal.ZERO;
    }
    if (!TOLERANCE.matcher(text.get().value()).matches()) {
      text.get()
          .error(
              problems,
              "expected a number from 0, found '" + text.get().value() + "'",
              "write by how much numbers may differ: 0.01");
      return BigDecimal.ZERO;
    }
    if (section.optional("key").isEmpty()) {
      text.get()
          .error(
              problems,
              "a tolerance needs a key: else nobody knows which rows belong together",
              "write key: with how many of the first columns tell rows apart");
      return BigDecimal.ZERO;
    }
    return key == 0 ? BigDecimal.ZERO : new BigDecimal(text.get().value());
  }
}
