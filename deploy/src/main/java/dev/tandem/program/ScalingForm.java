package dev.tandem.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.bench.Measured;
import dev.tandem.bench.Scaling;
import dev.tandem.bench.ScalingModel;
import dev.tandem.bench.ScalingModel.Assumptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How translation and reconciliation scale, as text and as JSON.
final class ScalingForm {
  private static final double MILLION = 1e6;
  private static final Assumptions ASSUMED = Assumptions.PLAIN;

  private ScalingForm() {}

  static List<String> text(Scaling.Result result) {
    var lines = new ArrayList<String>();
    lines.add(result.machine().toString());
    lines.add(
        "%-60s %9s %11s %14s %12s"
            .formatted("", "seconds", "per second", "µs of program", "µs of stack"));
    for (Measured m : result.measured()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%-60s %9.1f %,11.0f %14.1f %12.1f",
              m.subject(),
              m.took().toMillis() / 1e3,
              m.perSecond(),
              m.programMicros(),
              m.stackMicros()));
    }
    for (ScalingModel model : result.models()) {
      var needs = model.at(MILLION, ASSUMED);
      lines.add(
          String.format(
              Locale.ROOT,
              "%s: %,.0f per second and thread, %.1f µs of program and %.1f µs of Kafka for a"
                  + " change, serial share at most %.2f",
              model.step(),
              model.perThread(),
              model.programMicros(),
              model.stackMicros(),
              model.serialShare()));
      lines.add(
          String.format(
              Locale.ROOT,
              "  1,000,000 per second: %,d partitions in %,d processes of %d threads, %,d cores;"
                  + " %,d brokers of %d cores for its share of Kafka",
              needs.partitions(),
              needs.processes(),
              ASSUMED.threads(),
              needs.cores(),
              needs.brokers(),
              ASSUMED.brokerCores()));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "assumed: threads and cores %.0f %% busy, each record in %d copies of the same cost;"
                + " neither network nor disks are counted",
            ASSUMED.busy() * 100,
            ASSUMED.replicas()));
    return lines;
  }

  static String json(Scaling.Result result) {
    var root = new ObjectMapper().createObjectNode();
    root.put("machine", result.machine().toString());
    root.put("processors", result.machine().processors());
    var list = root.putArray("measured");
    for (Measured m : result.measured()) {
      list.addObject()
          .put("load", m.subject().load())
          .put("what", m.subject().what())
          .put("changes", m.changes())
          .put("seconds", m.took().toMillis() / 1e3)
          .put("perSecond", m.perSecond())
          .put("programMicros", m.programMicros())
          .put("stackMicros", m.stackMicros());
    }
    var models = root.putArray("models");
    for (ScalingModel model : result.models()) {
      var needs = model.at(MILLION, ASSUMED);
      models
          .addObject()
          .put("step", model.step())
          .put("perThread", model.perThread())
          .put("serialShare", model.serialShare())
          .put("programMicros", model.programMicros())
          .put("stackMicros", model.stackMicros())
          .putObject("atAMillionPerSecond")
          .put("partitions", needs.partitions())
          .put("processes", needs.processes())
          .put("cores", needs.cores())
          .put("brokers", needs.brokers());
    }
    root.putObject("assumed")
        .put("busy", ASSUMED.busy())
        .put("threads", ASSUMED.threads())
        .put("replicas", ASSUMED.replicas())
        .put("brokerCores", ASSUMED.brokerCores());
    return root.toString();
  }
}
