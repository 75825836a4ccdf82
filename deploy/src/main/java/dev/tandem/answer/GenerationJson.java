package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.generation.Generation;
import dev.tandem.plan.Fingerprint;
import dev.tandem.standing.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Generations of a domain, for a program.
public final class GenerationJson {
  private GenerationJson() {}

  public static ObjectNode of(Standing standing) {
    var root = new ObjectMapper().createObjectNode();
    root.put("domain", standing.domain());
    var list = root.putArray("generations");
    for (Standing.Row row : standing.generations()) {
      Generation generation = row.generation();
      var node =
          list.addObject()
              .put("generation", generation.number())
              .put("state", generation.state().name())
              .put("schema", generation.place().schema())
              .put("contractTopic", row.contractTopic())
              .put("outbox", row.outbox())
              .put("partitions", row.partitions())
              .put("mapping", mapping(generation))
              .put("applied", row.applied())
              .put("behind", row.behind())
              .put("by", generation.note().by())
              .put("at", generation.note().at())
              .put("why", generation.note().why());
      row.proof()
          .ifPresent(
              proof -> {
                node.put("proven", proof.isGiven());
                var missing = node.putArray("missing");
                proof
                    .missing()
                    .forEach(
                        (partition, it) ->
                            missing
                                .addObject()
                                .put("partition", partition)
                                .put("reason", it.reason()));
              });
      row.keptUntil().ifPresent(until -> node.put("keptUntil", until.toString()));
      row.pace()
          .ifPresent(
              pace ->
                  node.putObject("pace")
                      .put("state", pace.state().name())
                      .put("reason", pace.reason())
                      .put("by", pace.by())
                      .put("rate", pace.rate()));
    }
    standing.unvalidated().forEach(root.putArray("unvalidated")::add);
    return root;
  }

  private static @Nullable String mapping(Generation generation) {
    String fingerprint = generation.feed().mapping();
    return fingerprint == null ? null : Fingerprint.shortened(fingerprint);
  }

  /// What a command did, or why it did nothing.
  public static ObjectNode of(String done, List<String> refused) {
    var root = new ObjectMapper().createObjectNode();
    root.put("ok", refused.isEmpty());
    root.put("done", done);
    refused.forEach(root.putArray("refused")::add);
    return root;
  }
}
