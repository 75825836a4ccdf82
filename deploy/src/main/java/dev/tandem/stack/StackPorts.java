package dev.tandem.stack;

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
}
