package dev.tandem.stack.registry;

/// A request that the registry does not grant, with the API's error code; its first three digits
/// are the HTTP status.
final class RegistryRefusal extends RuntimeException {
  private final int code;

  private RegistryRefusal(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }

  int status() {
    return code > 999 ? code / 100 : code;
  }

  static RegistryRefusal noSuchSubject(String subject) {
    return new RegistryRefusal(40401, "Subject '" + subject + "' not found.");
  }

  static RegistryRefusal noSuchVersion(String version) {
    return new RegistryRefusal(40402, "Version " + version + " not found.");
  }

  static RegistryRefusal noSuchSchema(String what) {
    return new RegistryRefusal(40403, "Schema " + what + " not found.");
  }

  static RegistryRefusal alreadyDeleted(String subject) {
    return new RegistryRefusal(
        40404, "Subject '" + subject + "' was deleted already; set permanent=true to erase it.");
  }

  static RegistryRefusal notDeletedYet(String subject) {
    return new RegistryRefusal(
        40405, "Subject '" + subject + "' must be deleted before it is erased permanently.");
  }

  static RegistryRefusal noLevel(String subject) {
    return new RegistryRefusal(
        40408, "Subject '" + subject + "' has no compatibility level of its own.");
  }

  static RegistryRefusal incompatible(String conflicts) {
    return new RegistryRefusal(
        409, "Schema being registered is incompatible with an earlier schema: " + conflicts);
  }

  static RegistryRefusal invalidSchema(String why) {
    return new RegistryRefusal(42201, "Invalid Avro schema: " + why);
  }

  static RegistryRefusal invalidVersion(String version) {
    return new RegistryRefusal(
        42202, "Version '" + version + "' is neither a number from 1 nor \"latest\".");
  }

  static RegistryRefusal invalidLevel(String level) {
    return new RegistryRefusal(42203, "Invalid compatibility level '" + level + "'.");
  }

  static RegistryRefusal invalidRequest(String why) {
    return new RegistryRefusal(422, "Request not understood: " + why);
  }

  static RegistryRefusal noSuchResource(String method, String path) {
    return new RegistryRefusal(404, "HTTP 404 Not Found: " + method + " " + path);
  }
}
