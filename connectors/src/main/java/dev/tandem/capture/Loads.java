package dev.tandem.capture;

import dev.tandem.capture.CaptureState.Load;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.table.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The rule of what is swept first, and for which outbox.
///
/// A reader of an outbox takes the end of a sweep for the word that every row of the table was met
/// in it. So no sweep may begin before an outbox is written and end in it: each outbox that a
/// domain came to later is loaded by sweeps of its own, and those of the others write nothing to
/// it.
///
/// ```
///   orders.outbox     S1 ── rows ── E1                 changes …
///   orders.outbox.2        begins: changes …   S2 ── rows ── E2
/// ```
///
/// All outboxes that domains began with share one sweep of a table, and so does all that is
/// observed.
final class Loads {
  private final List<Group> groups;

  /// The tables that are swept for one outbox, or for all that domains began with.
  ///
  /// @param others topics that these sweeps write nothing to
  /// @param only the one topic that they write to; empty for any but the others
  /// @param tells whether they say what could not be placed: where the domain is written to another
  ///     outbox too, the sweeps of the one that stands first have said it
  private record Group(
      String of, Set<TableId> tables, Set<String> others, String only, boolean tells) {}

  private Loads(List<Group> groups) {
    this.groups = List.copyOf(groups);
  }

  /// @param swept every table that is swept
  static Loads of(MigrationPlan plan, Side side, Set<TableId> swept) {
    if (side == Side.TARGET) {
      return new Loads(List.of(new Group(Load.FIRST, swept, Set.of(), "", true)));
    }
    var first = new TreeSet<TableId>();
    var later = new ArrayList<Group>();
    var others = new HashSet<String>();
    var met = new HashSet<String>();
    for (DomainPlan domain : plan.domains()) {
      boolean tells = met.add(domain.name());
      if (domain.topics().isFirstOutbox()) {
        first.addAll(domain.baselines());
      } else {
        String topic = side.topic(domain.topics());
        others.add(topic);
        later.add(new Group(of(domain), domain.baselines(), Set.of(), topic, tells));
      }
    }
    var groups = new ArrayList<Group>();
    groups.add(new Group(Load.FIRST, first, others, "", true));
    groups.addAll(later);
    return new Loads(groups);
  }

  /// What loads of a domain's outbox are called.
  static String of(DomainPlan domain) {
    return domain.topics().isFirstOutbox() ? Load.FIRST : domain.topics().outboxName();
  }

  /// Whether no page of a later outbox's load stands in it yet. What was committed and confirmed
  /// before a session began is not in an outbox that begins with it, and has to be visible to its
  /// sweeps. Until a page is written, each session says anew what that is: another one, which did
  /// not know of the outbox, may have confirmed more in between.
  static boolean isUnread(Load load, @Nullable SweepProgress sweep) {
    return !load.of().isEmpty() && (sweep == null || sweep.oldest() == null);
  }

  /// In the order in which they are swept.
  List<Load> all() {
    return groups.stream()
        .flatMap(
            group -> new TreeSet<>(group.tables).stream().map(table -> new Load(group.of, table)))
        .toList();
  }

  /// The outboxes that no domain began with.
  Set<String> later() {
    var later = new TreeSet<String>();
    groups.stream().map(Group::of).filter(of -> !of.isEmpty()).forEach(later::add);
    return later;
  }

  /// What a load writes of what its sweep has made.
  List<OutboxEntry> meant(Load load, List<OutboxEntry> entries) {
    Group group = groups.stream().filter(it -> it.of.equals(load.of())).findFirst().orElseThrow();
    return entries.stream()
        .filter(
            entry ->
                entry.isDeadLetter()
                    ? group.tells
                    : group.only.isEmpty()
                        ? !group.others.contains(entry.topic())
                        : group.only.equals(entry.topic()))
        .toList();
  }
}
