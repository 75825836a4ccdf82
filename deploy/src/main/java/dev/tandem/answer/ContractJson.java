package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.contracts.EntityContract;
import dev.tandem.contracts.OffVersions;
import dev.tandem.job.OperatorAction;
import dev.tandem.version.Step;
import java.util.List;

/// Contracts with their versions, for a program.
public final class ContractJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContractJson() {}

  public static ObjectNode contracts(List<EntityContract> contracts, OffVersions off) {
    var root = JSON.createObjectNode();
    root.set("contracts", list(contracts, off));
    return root;
  }

  private static ArrayNode list(List<EntityContract> contracts, OffVersions off) {
    var list = JSON.createArrayNode();
    for (EntityContract it : contracts) {
      var one =
          list.addObject()
              .put("domain", it.topics().domain())
              .put("entity", it.entity())
              .put("folder", it.folder().toString())
              .put("compatibility", it.contract().compatibility().word())
              .put("primary", it.primary());
      var topics = it.topicByVersion();
      var versions = one.putArray("versions");
      it.contract()
          .folder()
          .versions()
          .forEach(
              (version, _) -> {
                var made =
                    versions.addObject().put("version", version).put("topic", topics.get(version));
                off.of(it, version).ifPresent(order -> made.set("off", off(order)));
              });
      var steps = one.putArray("steps");
      it.steps().forEach(step -> steps.add(stepJson(step)));
    }
    return list;
  }

  private static ObjectNode off(OperatorAction order) {
    var node = JSON.createObjectNode();
    DivergenceJson.moment(node, "since", order.at());
    return node.put("by", order.actor().by()).put("why", order.actor().why());
  }

  private static ObjectNode stepJson(Step step) {
    var node = JSON.createObjectNode().put("from", step.from()).put("to", step.to());
    var lost = node.putArray("loses");
    step.lost().forEach(it -> lost.addObject().put("field", it.field()).put("why", it.why()));
    return node;
  }
}
