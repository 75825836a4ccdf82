package dev.tandem.spec;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a domain's `sunset`: either criteria with a deadline, or the reason why the path stays.
final class SunsetReader {
  private static final String FORM =
      "write sunset: { criteria: [no-divergence-for: 30d], deadline: 2027-06-30 }, or sunset: {"
          + " permanent: { because: …, review: 2027-06-30 } }";
  private static final String LIST =
      "write a list: - no-divergence-for: 30d, - no-legacy-write-for: 14d, - no-legacy-read-for:"
          + " 14d, - attested: what a person confirms";

  private final Problems problems;
  private final Values values;

  SunsetReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  Sunset sunset(Section domain) {
    var none = new Sunset.Permanent(Section.MISSING, LocalDate.EPOCH);
    Optional<Section> read =
        domain.required("sunset", FORM).map(node -> Section.of(node, SpecKeys.SUNSET, problems));
    if (read.isEmpty() || read.get().isBroken()) {
      return none;
    }
    Section sunset = read.get();
    Optional<Located<Node>> permanent = sunset.optional("permanent");
    boolean retired =
        sunset.optional("criteria").isPresent() || sunset.optional("deadline").isPresent();
    if (permanent.isPresent() == retired) {
      sunset.error(
          retired ? "both 'permanent' and criteria are given" : "no evidence is declared", FORM);
      return none;
    }
    return permanent.isPresent()
        ? permanent(Section.of(permanent.get(), SpecKeys.PERMANENT, problems))
        : retired(sunset);
  }

  private Sunset permanent(Section permanent) {
    return new Sunset.Permanent(
        permanent.text("because", "say why the path stays").value(),
        date(permanent, "review", "say when the reason is looked at again: 2027-06-30"));
  }

  private Sunset retired(Section sunset) {
    var criteria = new ArrayList<Sunset.Criterion>();
    Optional<Located<Node>> list = sunset.required("criteria", LIST);
    if (list.isPresent()) {
      if (list.get().value() instanceof Node.Sequence sequence && !sequence.items().isEmpty()) {
        criteria.addAll(criteria(list.get(), sequence.items()));
      } else {
        list.get().error(problems, "expected a list of criteria", LIST);
      }
    }
    return new Sunset.Retired(
        criteria, date(sunset, "deadline", "say by when it is meant to be retired: 2027-06-30"));
  }

  private List<Sunset.Criterion> criteria(Located<Node> list, List<Node> items) {
    var criteria = new ArrayList<Sunset.Criterion>();
    for (int i = 0; i < items.size(); i++) {
      Node item = items.get(i);
      var at = new Located<>(item, item.place(), list.path() + "[" + i + "]");
      if (item instanceof Node.Scalar) {
        Section.scalar(at, problems)
            .ifPresent(text -> criteria.add(new Sunset.Attested(text.value())));
      } else {
        criterion(Section.of(at, SpecKeys.CRITERION, problems)).ifPresent(criteria::add);
      }
    }
    return criteria;
  }

  private Optional<Sunset.Criterion> criterion(Section section) {
    if (section.entries().size() != 1) {
      if (!section.isBroken()) {
        section.error("expected one criterion, found " + section.entries().size() + " keys", LIST);
      }
      return Optional.empty();
    }
    Section.Entry entry = section.entries().getFirst();
    if (!SpecKeys.CRITERION.contains(entry.name().value())) {
      return Optional.empty(); // said already
    }
    return Section.scalar(entry.value(), problems)
        .flatMap(
            text ->
                switch (entry.name().value()) {
                  case "attested" -> Optional.of(new Sunset.Attested(text.value()));
                  case "no-divergence-for" -> time(text).map(Sunset.NoDivergenceFor::new);
                  case "no-legacy-write-for" -> time(text).map(Sunset.NoLegacyWriteFor::new);
                  default -> time(text).map(Sunset.NoLegacyReadFor::new);
                });
  }

  private Optional<Duration> time(Located<String> text) {
    return values.duration(text);
  }

  private LocalDate date(Section section, String key, String fix) {
    return section
        .required(key, fix)
        .flatMap(node -> Section.scalar(node, problems))
        .flatMap(values::date)
        .orElse(LocalDate.EPOCH);
  }
}
