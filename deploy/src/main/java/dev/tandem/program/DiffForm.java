package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.diff.MappingDiff;
import dev.tandem.diff.MappingDiff.Change;
import dev.tandem.diff.OutboxReplay.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How a comparison of two mappings is written.
///
/// @param unmatched domains that the other spec does not have
record DiffForm(String migration, List<Result> results, List<String> unmatched) {
  private static final int MOST_TENANTS = 20;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  List<String> text() {
    var lines = new ArrayList<String>();
    for (Result result : results) {
      lines.add(
          String.format(
              Locale.ROOT, "%s: %,d records of the outbox", result.domain(), result.records()));
      if (!result.missing().isEmpty()) {
        lines.add(
            "  not compared: partitions "
                + result.missing()
                + ", in which the first sweep of a table has not ended, or which were cut off and hold"
                + " no whole sweep of each table; fix: backfill the domain, then try again");
      }
      if (result.unreadable() > 0) {
        lines.add("  passed over: " + result.unreadable() + " records that are no outbox records");
      }
      new TreeMap<>(result.diffs()).forEach((entity, diff) -> entity(lines, entity, diff));
    }
    unmatched.forEach(
        domain -> lines.add(domain + ": not compared, since the other spec does not have it"));
    return lines;
  }

  private static void entity(List<String> lines, String entity, MappingDiff diff) {
    lines.add(
        String.format(
            Locale.ROOT,
            "  %s: %,d compared, %,d the same",
            entity,
            diff.compared(),
            diff.count(Change.SAME)));
    for (Change change : Change.values()) {
      if (change != Change.SAME && diff.count(change) > 0) {
        lines.add(String.format(Locale.ROOT, "    %s: %,d", name(change), diff.count(change)));
      }
    }
    counts(lines, "field", diff.fields());
    counts(lines, "tenant", diff.tenants());
    for (Change change : Change.values()) {
      diff.samples(change).forEach(sample -> lines.add("    " + name(change) + " " + told(sample)));
    }
  }

  private static void counts(List<String> lines, String what, Map<String, Long> counts) {
    counts.entrySet().stream()
        .filter(each -> !each.getKey().isEmpty())
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_TENANTS)
        .forEach(
            each ->
                lines.add(
                    String.format(
                        Locale.ROOT, "    %s %s: %,d", what, each.getKey(), each.getValue())));
    if (counts.size() > MOST_TENANTS) {
      lines.add("    and " + (counts.size() - MOST_TENANTS) + " more; see --json");
    }
  }

  private static String name(Change change) {
    return change.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String told(MappingDiff.Sample sample) {
    var told = new StringBuilder(sample.key());
    if (!sample.tenant().isEmpty()) {
      told.append(" of ").append(sample.tenant());
    }
    sample
        .fields()
        .forEach(
            field ->
                told.append("; ")
                    .append(field.name())
                    .append(": ")
                    .append(field.before())
                    .append(" → ")
                    .append(field.after()));
    if (!sample.reason().isEmpty()) {
      told.append("; ").append(sample.reason());
    }
    return told.toString();
  }

  String json() {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("migration", migration);
    root.put("different", results.stream().anyMatch(Result::isDifferent));
    var domains = root.putArray("domains");
    for (Result result : results) {
      ObjectNode domain = domains.addObject();
      domain.put("domain", result.domain());
      domain.put("records", result.records());
      domain.put("unreadable", result.unreadable());
      var missing = domain.putArray("missingPartitions");
      result.missing().forEach(missing::add);
      var entities = domain.putArray("entities");
      new TreeMap<>(result.diffs())
          .forEach((name, diff) -> entity(entities.addObject(), name, diff));
    }
    var others = root.putArray("notCompared");
    unmatched.forEach(others::add);
    return root.toString();
  }

  private static void entity(ObjectNode node, String name, MappingDiff diff) {
    node.put("entity", name);
    node.put("compared", diff.compared());
    ObjectNode changes = node.putObject("changes");
    for (Change change : Change.values()) {
      changes.put(change.name(), diff.count(change));
    }
    ObjectNode fields = node.putObject("fields");
    new TreeMap<>(diff.fields()).forEach(fields::put);
    ObjectNode tenants = node.putObject("tenants");
    new TreeMap<>(diff.tenants()).forEach(tenants::put);
    var samples = node.putArray("samples");
    for (Change change : Change.values()) {
      for (MappingDiff.Sample sample : diff.samples(change)) {
        ObjectNode each = samples.addObject();
        each.put("change", change.name()).put("key", sample.key()).put("tenant", sample.tenant());
        each.put("reason", sample.reason());
        var differing = each.putArray("fields");
        sample
            .fields()
            .forEach(
                field ->
                    differing
                        .addObject()
                        .put("field", field.name())
                        .put("before", field.before())
                        .put("after", field.after()));
      }
    }
  }
}
