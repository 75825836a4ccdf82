package dev.tandem.generation;

import dev.tandem.event.EventTable;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.Fingerprint;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.plan.TargetPlan.TargetColumn;
import dev.tandem.plan.TargetPlan.TargetTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the captures of both stores, and whoever asks for repairs, need to know of a domain: which
/// tables there are, what names a row in them, and which entity and partition it belongs to. Two
/// specs of one migration run side by side only where this is the same in both, since either of
/// them may be the one that captures. What is made of the rows may differ.
///
/// @param said what is said of each thing, by the thing
public record CaptureForm(SortedMap<String, String> said) {
  public CaptureForm {
    said = Collections.unmodifiableSortedMap(new TreeMap<>(said));
  }

  public static CaptureForm of(DomainPlan plan) {
    var said = new TreeMap<String, String>();
    said.put(PARTITIONS, Integer.toString(plan.partitions()));
    said.put("partition-by", plan.partitionBy());
    for (EntityPlan entity : plan.entities()) {
      String of = " of " + entity.name();
      said.put("mapping of key and partition-by" + of, entity.mapping().place());
      for (Source source : entity.sources().toList()) {
        said.put(
            "legacy table " + source.firstName() + of,
            "named by "
                + source.key()
                + ", joined by "
                + source.join()
                + source.events().map(CaptureForm::text).orElse(""));
      }
      TargetPlan target = entity.target();
      said.put("target table " + target.root().table() + of, root(plan, target.root()));
      for (TargetPlan.Child child : target.children()) {
        said.put("target table " + child.table().table() + of, child(child));
      }
    }
    return new CaptureForm(said);
  }

  private static String root(DomainPlan plan, TargetTable table) {
    String placed =
        table.columns().stream()
            .filter(column -> column.field().equals(plan.partitionBy()))
            .map(CaptureForm::text)
            .collect(Collectors.joining());
    return "named by " + table.rowKey() + ", placed by " + placed;
  }

  private static String child(TargetPlan.Child child) {
    return "named by "
        + child.table().rowKey()
        + ", of its parent by "
        + child.parent().stream().map(CaptureForm::text).toList();
  }

  /// Which events there are of an entity, and how they are read as far as their place goes.
  private static String text(EventTable events) {
    return ", events "
        + events.envelope()
        + " of "
        + new TreeSet<>(events.aggregates())
        + ", deletions "
        + new TreeSet<>(events.deletions())
        + ", identity "
        + events.identity()
        + ", order "
        + events.order()
        + ", fields "
        + events.fields()
        + ", "
        + events.afterReading();
  }

  private static String text(TargetColumn column) {
    return column.name() + " " + column.postgres();
  }

  private static final String PARTITIONS = "partitions";

  /// The same for specs that agree in every domain.
  public static String digest(MigrationPlan plan) {
    return digest(forms(plan));
  }

  /// The same for specs that agree in every domain but for numbers of partitions: how many an
  /// outbox has stands with the generations that are fed from it.
  public static String unpartitionedDigest(MigrationPlan plan) {
    var forms = forms(plan);
    forms.replaceAll((_, form) -> form.unpartitioned());
    return digest(forms);
  }

  private static String digest(Map<String, CaptureForm> forms) {
    var said = new TreeMap<String, String>();
    forms.forEach((domain, form) -> said.put(domain, form.said.toString()));
    return Fingerprint.of(said.toString());
  }

  private CaptureForm unpartitioned() {
    var without = new TreeMap<>(said);
    without.remove(PARTITIONS);
    return new CaptureForm(without);
  }

  /// How another form differs from this one, one line for each thing.
  public List<String> differences(CaptureForm other) {
    var things = new TreeSet<>(said.keySet());
    things.addAll(other.said.keySet());
    var lines = new ArrayList<String>();
    for (String thing : things) {
      String one = said.get(thing);
      String its = other.said.get(thing);
      if (!Objects.equals(one, its)) {
        lines.add(
            its == null
                ? thing + " is missing"
                : one == null
                    ? thing + " is new, and not captured"
                    : thing.startsWith("mapping ")
                        ? thing + " is another"
                        : thing + ": expected " + one + ", found " + its);
      }
    }
    return lines;
  }

  /// Why two specs cannot run side by side, one line for each reason; empty if they can.
  ///
  /// @param live the spec in use
  public static List<String> differences(MigrationPlan live, MigrationPlan other) {
    return differences(live, other, "");
  }

  /// The same where a domain is to have another number of partitions.
  public static List<String> differences(
      MigrationPlan live, MigrationPlan other, String repartitioned) {
    if (!live.migration().equals(other.migration())) {
      return List.of(
          "expected a spec of migration " + live.migration() + ", found " + other.migration());
    }
    var lines = new ArrayList<String>();
    Map<String, CaptureForm> forms = forms(other);
    forms(live)
        .forEach(
            (domain, form) -> {
              CaptureForm its = forms.remove(domain);
              if (its == null) {
                lines.add("domain " + domain + " is missing");
              } else {
                CaptureForm own = domain.equals(repartitioned) ? form.unpartitioned() : form;
                CaptureForm others = domain.equals(repartitioned) ? its.unpartitioned() : its;
                own.differences(others).forEach(it -> lines.add("domain " + domain + ": " + it));
              }
            });
    forms.keySet().forEach(domain -> lines.add("domain " + domain + " is new, and not captured"));
    return lines;
  }

  private static TreeMap<String, CaptureForm> forms(MigrationPlan plan) {
    var forms = new TreeMap<String, CaptureForm>();
    plan.domains().forEach(domain -> forms.put(domain.name(), of(domain)));
    return forms;
  }
}
