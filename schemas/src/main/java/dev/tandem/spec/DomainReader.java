package dev.tandem.spec;

import dev.tandem.spec.DomainSpec.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads the domains of a spec.
final class DomainReader {
  private static final int DEFAULT_PARTITIONS = 12;
  private static final int MOST_PARTITIONS = 10_000;

  private final Problems problems;
  private final Values values;

  DomainReader(Problems problems) {
    this.problems = problems;
    this.values = new Values(problems);
  }

  List<DomainSpec> domains(Section section) {
    var domains = new ArrayList<DomainSpec>();
    for (Section.Entry entry : section.entries()) {
      values.name(entry.name(), SpecReader.LONGEST_DOMAIN);
      domains.add(domain(entry.name(), Section.of(entry.value(), SpecKeys.DOMAIN, problems)));
    }
    if (domains.isEmpty() && !section.isBroken()) {
      section.error("there is no domain", "declare at least one domain below 'domains:'");
    }
    return domains;
  }

  private DomainSpec domain(Located<String> name, Section domain) {
    return new DomainSpec(
        name,
        owner(domain),
        domain
            .optionalText("partitions")
            .flatMap(text -> values.count(text, MOST_PARTITIONS))
            .orElse(DEFAULT_PARTITIONS),
        domain.text(
            "partition-by", "name a contract field that every entity of the domain carries"),
        domain.optionalText("tenant"),
        objectives(domain),
        new RepairReader(problems).ofDomain(domain),
        domain
            .optional("poison")
            .map(node -> Section.of(node, SpecKeys.POISON, problems))
            .flatMap(poison -> poison.optionalText("per-minute"))
            .flatMap(text -> values.count(text, RepairReader.MOST_PER_MINUTE)),
        domain
            .optionalText("on-schema-change")
            .flatMap(text -> values.choice(text, List.of("stop", "continue"))),
        domain
            .optionalText("on-truncate")
            .flatMap(text -> values.choice(text, List.of("delete", "stop"))),
        new InvariantReader(problems).read(domain),
        entities(domain),
        new SunsetReader(problems).sunset(domain));
  }

  private Owner owner(Section domain) {
    return domain
        .required("owner", "write owner: { team: …, contact: … }")
        .map(node -> Section.of(node, SpecKeys.OWNER, problems))
        .map(
            owner ->
                new Owner(
                    owner.text("team", "name the team that answers for the domain").value(),
                    owner.text("contact", "say where an alarm goes").value()))
        .orElse(new Owner(Section.MISSING, Section.MISSING));
  }

  private Objectives objectives(Section domain) {
    var none = new Objectives(Duration.ofSeconds(1), 0, Duration.ofSeconds(1));
    return domain
        .required(
            "objectives",
            "write objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within:"
                + " 1m }")
        .map(node -> Section.of(node, SpecKeys.OBJECTIVES, problems))
        .map(
            section ->
                new Objectives(
                    duration(section, "reconciliation-lag-p99", "5s"),
                    section
                        .required("divergence-rate", "write divergence-rate: 1e-5")
                        .flatMap(node -> Section.scalar(node, problems))
                        .flatMap(values::rate)
                        .orElse(0.0),
                    duration(section, "repair-within", "1m"),
                    section.optionalText("rollback-within").flatMap(values::duration)))
        .orElse(none);
  }

  private Duration duration(Section section, String key, String example) {
    return section
        .required(key, "write " + key + ": " + example)
        .flatMap(node -> Section.scalar(node, problems))
        .flatMap(values::duration)
        .orElse(Duration.ofSeconds(1));
  }

  private List<EntitySpec> entities(Section domain) {
    var read =
        domain
            .required("entities", "declare at least one entity below 'entities:'")
            .map(node -> Section.open(node, problems));
    if (read.isEmpty()) {
      return List.of();
    }
    var entities = new ArrayList<EntitySpec>();
    for (Section.Entry entry : read.get().entries()) {
      entities.add(new EntityReader(problems).entity(entry));
    }
    if (entities.isEmpty() && !read.get().isBroken()) {
      read.get().error("there is no entity", "declare at least one entity below 'entities:'");
    }
    return entities;
  }
}
