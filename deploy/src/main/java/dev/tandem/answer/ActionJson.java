package dev.tandem.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.job.OperatorAction;
import java.util.List;

/// What operators asked for over the network, for a program.
public final class ActionJson {
  private ActionJson() {}

  public static ObjectNode list(List<OperatorAction> actions) {
    var root = new ObjectMapper().createObjectNode();
    var list = root.putArray("actions");
    for (OperatorAction action : actions) {
      var node =
          list.addObject()
              .put("id", action.id())
              .put("what", action.what())
              .put("subject", action.subject())
              .put("by", action.actor().by())
              .put("role", action.actor().role())
              .put("why", action.actor().why())
              .put("outcome", action.outcome().name())
              .put("detail", action.detail());
      DivergenceJson.moment(node, "at", action.at());
    }
    return root;
  }
}
