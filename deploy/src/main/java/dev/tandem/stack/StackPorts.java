package dev.tandem.stack;

import java.util.ArrayList;
import java.util.TreeMap;

/// The ports of a stack on 127.0.0.1, kept in its directory so that they stay the same.
///
/// @param kafka for clients
/// @param controller Kafka's own
public record StackPorts(int kafka, int controller, int legacy, int target, int registry) {

  /// All free ones (0 stands for "any").
  public static StackPorts any() {
    return new StackPorts(0, 0, 0, 0, 0);
  }

  /// These ports, and free ones in place of each 0.
  StackPorts fixed() {
    var free = FreePorts.find(5);
    return new StackPorts(
        free.orNext(kafka),
        free.orNext(controller),
        free.orNext(legacy),
        free.orNext(target),
        free.orNext(registry));
  }

  /// These ports, and the other's in place of each 0.
  StackPorts or(StackPorts other) {
    return new StackPorts(
        kafka == 0 ? other.kafka : kafka,
        controller == 0 ? other.controller : controller,
        legacy == 0 ? other.legacy : legacy,
        target == 0 ? other.target : target,
        registry == 0 ? other.registry : registry);
  }

  /// Refuses ports on which others listen, all of them at once.
  void requireFree() {
    var byName = new TreeMap<String, Integer>();
    byName.put("kafka", kafka);
    byName.put("kafka's controller", controller);
    byName.put("legacy", legacy);
    byName.put("target", target);
    byName.put("registry", registry);
    var taken = new ArrayList<String>();
    byName.forEach(
        (name, port) -> {
          if (!FreePorts.isFree(port)) {
            taken.add("127.0.0.1:" + port + " (for " + name + ")");
          }
        });
    if (!taken.isEmpty()) {
      throw new StackException(
          "Another program listens on "
              + String.join(", ", taken)
              + "; stop it, or choose another port");
    }
  }
}
