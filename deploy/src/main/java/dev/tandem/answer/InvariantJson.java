package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.invariant.Result.Cell;
import dev.tandem.invariant.Result.Row;
import dev.tandem.invariant.ResultRule.Difference;
import dev.tandem.invariant.ResultRule.Verdict;
import dev.tandem.invariants.InvariantReport;
import dev.tandem.invariants.InvariantReport.Outcome;
import dev.tandem.invariants.InvariantReport.Pair;
import java.util.List;

/// Compared invariants for a program.
public final class InvariantJson {
  /// How many differences of an invariant are written out.
  private static final int SAMPLES = 10;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private InvariantJson() {}

  public static ObjectNode report(InvariantReport report) {
    var root = MAPPER.createObjectNode();
    root.put("domain", report.domain())
        .put("aligned", report.isAligned())
        .put("equal", report.isEqual());
    switch (report.outcome()) {
      case Outcome.Unaligned(var reason) -> root.put("reason", reason);
      case Outcome.Compared(var held, var snapshots, var pairs) -> {
        root.put("heldMs", held.toMillis()).put("snapshots", snapshots);
        var list = root.putArray("compared");
        pairs.forEach(pair -> pair(list.addObject(), pair));
      }
    }
    report
        .open()
        .ifPresentOrElse(
            open -> DivergenceJson.kinds(root.putObject("open"), open), () -> root.putNull("open"));
    return root;
  }

  private static void pair(ObjectNode node, Pair pair) {
    node.put("invariant", pair.invariant().name())
        .put("equal", pair.isEqual())
        .put("tookMs", pair.took().toMillis());
    switch (pair.verdict()) {
      case Verdict.Equal(var rows) -> node.put("rows", rows);
      case Verdict.Incomparable(var reason) -> node.put("reason", reason);
      case Verdict.Different(var rows, var differences) -> {
        node.put("rows", rows).put("differences", differences.size());
        var samples = node.putArray("samples");
        differences.stream()
            .limit(SAMPLES)
            .forEach(difference -> difference(samples.addObject(), difference));
      }
    }
  }

  private static void difference(ObjectNode node, Difference difference) {
    switch (difference) {
      case Difference.LegacyOnly(var row, var times) -> {
        row(node.putArray("legacy"), row);
        node.put("times", times);
      }
      case Difference.TargetOnly(var row, var times) -> {
        row(node.putArray("target"), row);
        node.put("times", times);
      }
      case Difference.Unequal(var legacy, var target, var columns) -> {
        row(node.putArray("legacy"), legacy);
        row(node.putArray("target"), target);
        List<Integer> fromOne = columns.stream().map(column -> column + 1).toList();
        var list = node.putArray("columns");
        fromOne.forEach(list::add);
      }
    }
  }

  private static void row(ArrayNode list, Row row) {
    for (Cell cell : row.cells()) {
      switch (cell) {
        case Cell.Numeric(var value) -> list.add(value);
        case Cell.Text(var value) -> list.add(value);
        case Cell.Null() -> list.addNull();
      }
    }
  }
}
