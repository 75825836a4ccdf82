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
            : new Feed(now.translatedFor(), now.mapping(), CaptureForm.digest(site.plan()));
    return new Plan(known, fed(live, feed), feed, reasons);
  }

  private Plan fromOutbox(
      Generations known, Generation live, Set<String> written, MigrationPlan spec) {
    var reasons = new ArrayList<>(CaptureForm.differences(spec, site.plan()));
    DomainPlan before =
        spec.domains().stream()
            .filter(each -> each.name().equals(domain.name()))
            .findFirst()
            .orElse(null);
    if (before != null && !written.isEmpty() && !written.equals(Set.of(before.fingerprint()))) {
      reasons.add(
          "expected --live-spec with the mapping that the live generation is written with, found"
              + " another; fix: name the spec that is in use");
    }
    reasons.addAll(new OutboxBase(site.kafka(), site.registry()).missing(domain));
    Feed now = live.feed();
    return new Plan(
        known,
        fed(live, new Feed(now.translatedFor(), mapping(before), CaptureForm.digest(spec))),
        new Feed(known.next(domain.name()), mapping(domain), CaptureForm.digest(site.plan())),
        reasons);
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
    if (now.captured() != null && !now.captured().equals(captured)) {
      reasons.add(
          "expected the domains, with their tables, keys, partitions and partition-by, as they were"
              + " agreed on for the live generation, found others in this spec");
    }
    reasons.addAll(new OutboxBase(site.kafka(), site.registry()).missing(domain));
    String mapping = written.size() == 1 ? written.iterator().next() : now.mapping();
    return new Plan(
        known,
        fed(live, new Feed(now.translatedFor(), mapping, captured)),
        new Feed(known.next(domain.name()), mapping(domain), captured),
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
