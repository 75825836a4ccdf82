package dev.tandem.rebuild;

import dev.tandem.generation.CaptureForm;
import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generations;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.Site;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a new generation of a domain would be filled from, and what is in the way of it.
///
/// @param domain as the spec has it that rebuilds
record FillingRule(Site site, DomainPlan domain) {

  /// @param live the live generation, with what is known of its feed
  /// @param next the feed of the new one
  /// @param reasons why it cannot be filled so; empty if it can
  record Plan(Generations known, Generation live, Feed next, List<String> reasons) {
    Plan {
      reasons = List.copyOf(reasons);
    }
  }

  Plan plan(Filling filling, Generations known, Connection target) throws SQLException {
    Generation live = known.live(domain.name());
    Set<String> written = written(target, live);
    return switch (filling) {
      case Filling.FromContract() -> fromContract(known, live, written);
      case Filling.FromOutbox(MigrationPlan spec) -> fromOutbox(known, live, written, spec);
      case Filling.FromLegacy(MigrationPlan spec) -> fromLegacy(known, live, written, spec);
      case Filling.FromOutboxAlone() -> fromOutboxAlone(known, live, written);
    };
  }

  /// The mapping that the live generation is written with; nothing where nothing was written.
  private Set<String> written(Connection target, Generation live) throws SQLException {
    String noted = live.feed().mapping();
    return noted == null ? GenerationTable.mappings(target, site.migration(), live) : Set.of(noted);
  }

  private Plan fromContract(Generations known, Generation live, Set<String> written) {
    boolean same = written.isEmpty() || written.equals(Set.of(domain.fingerprint()));
    var reasons =
        same
            ? List.<String>of()
            : List.of(
                "expected the mapping of the live generation, found another in this spec; fix:"
                    + " --from outbox --live-spec with the spec that is in use");
    Feed now = live.feed();
    // One spec runs, and may have changed since another was agreed on beside it.
    Feed feed =
        now.captured() == null
            ? now
            : new Feed(
                now.translatedFor(), now.mapping(), CaptureForm.digest(site.plan()), now.log());
    var all = new ArrayList<>(reasons);
    requirePartitions(live, all);
    return new Plan(known, fed(live, feed), feed, all);
  }

  private Plan fromOutbox(
      Generations known, Generation live, Set<String> written, MigrationPlan spec) {
    var reasons = new ArrayList<>(CaptureForm.differences(spec, site.plan()));
    DomainPlan before = before(spec);
    requireMapping(before, written, reasons);
    requirePartitions(live, reasons);
    Feed now = live.feed();
    reasons.addAll(new OutboxBase(site.kafka(), site.registry()).missing(now.over(domain)));
    return new Plan(
        known,
        fed(
            live,
            new Feed(now.translatedFor(), mapping(before), CaptureForm.digest(spec), now.log())),
        new Feed(
            known.next(domain.name()), mapping(domain), CaptureForm.digest(site.plan()), now.log()),
        reasons);
  }

  private @Nullable DomainPlan before(MigrationPlan spec) {
    return spec.domains().stream()
        .filter(each -> each.name().equals(domain.name()))
        .findFirst()
        .orElse(null);
  }

  private static void requireMapping(
      @Nullable DomainPlan before, Set<String> written, List<String> reasons) {
    if (before != null && !written.isEmpty() && !written.equals(Set.of(before.fingerprint()))) {
      reasons.add(
          "expected --live-spec with the mapping that the live generation is written with, found"
              + " another; fix: name the spec that is in use");
    }
  }

  /// Only an outbox of its own gives a generation another number of partitions.
  private void requirePartitions(Generation live, List<String> reasons) {
    int partitions = partitions(live);
    if (partitions != domain.partitions()) {
      reasons.add(
          "expected partitions: "
              + partitions
              + " as the live generation has them, found "
              + domain.partitions()
              + "; fix: --from legacy, which gives the new generation an outbox of its own");
    }
  }

  /// What both captures need to know stays, but for how many partitions the domain has.
  private Plan fromLegacy(
      Generations known, Generation live, Set<String> written, MigrationPlan spec) {
    var reasons = new ArrayList<>(CaptureForm.differences(spec, site.plan(), domain.name()));
    DomainPlan before = before(spec);
    requireMapping(before, written, reasons);
    Feed now = live.feed();
    int partitions = partitions(live);
    if (partitions == domain.partitions()) {
      reasons.add(
          "expected another number of partitions than the "
              + partitions
              + " of the live generation, found the same; fix: write partitions: N in the spec, or"
              + " leave --from legacy out");
    }
    int next = known.next(domain.name());
    // Which of the two numbers a spec says is no reason why it should not capture for both.
    String captured = CaptureForm.unpartitionedDigest(site.plan());
    return new Plan(
        known,
        fed(
            live,
            new Feed(
                now.translatedFor(),
                mapping(before),
                captured,
                new Feed.Log(now.log().outboxOf(), partitions))),
        new Feed(next, mapping(domain), captured, new Feed.Log(next, domain.partitions())),
        reasons);
  }

  /// How many partitions the live generation's outbox has: as noted, else as Kafka says.
  private int partitions(Generation live) {
    Integer noted = live.feed().log().partitions();
    if (noted != null) {
      return noted;
    }
    return new OutboxBase(site.kafka(), site.registry()).partitions(live.of(domain));
  }

  private Plan fromOutboxAlone(Generations known, Generation live, Set<String> written) {
    var reasons = new ArrayList<String>();
    if (written.size() != 1) {
      reasons.add(
          "expected checkpoints that name the mapping of the live generation, found "
              + (written.isEmpty() ? "none" : "several")
              + "; fix: --live-spec with the spec that is in use");
    } else if (written.contains(domain.fingerprint())) {
      reasons.add(
          "expected another mapping than that of the live generation, found the same; fix: leave"
              + " --live-unfed out");
    }
    Feed now = live.feed();
    String captured = CaptureForm.digest(site.plan());
    requirePartitions(live, reasons);
    if (now.captured() != null
        && !List.of(captured, CaptureForm.unpartitionedDigest(site.plan()))
            .contains(now.captured())) {
      reasons.add(
          "expected the domains, with their tables, keys, partitions and partition-by, as they were"
              + " agreed on for the live generation, found others in this spec");
    }
    reasons.addAll(new OutboxBase(site.kafka(), site.registry()).missing(now.over(domain)));
    String mapping = written.size() == 1 ? written.iterator().next() : now.mapping();
    return new Plan(
        known,
        fed(live, new Feed(now.translatedFor(), mapping, captured, now.log())),
        new Feed(known.next(domain.name()), mapping(domain), captured, now.log()),
        reasons);
  }

  private static Generation fed(Generation live, Feed feed) {
    return new Generation(
        live.domain(), live.number(), live.state(), live.place(), feed, live.note());
  }

  private static @Nullable String mapping(@Nullable DomainPlan plan) {
    return plan == null ? null : plan.fingerprint();
  }
}
