package dev.tandem.api;

import dev.tandem.spec.HttpSpec.Access;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One thing that can be asked for.
///
/// @param name what it is called in audits, metrics and the OpenAPI file (`operationId`)
/// @param path with names in braces for the parts that differ: `/v1/jobs/{id}`
/// @param access what its caller must be allowed at least
record Route(
    String name, Method method, String path, Access access, Inputs inputs, Handler handler) {
  enum Method {
    /// Changes nothing.
    GET,
    /// Does something, for a reason that its body names and that is written down first.
    POST
  }

  /// What it takes; anything else is an error.
  ///
  /// @param query names of parameters
  /// @param body names of fields
  record Inputs(List<String> query, List<String> body) {
    static final Inputs NONE = new Inputs(List.of(), List.of());

    Inputs {
      query = List.copyOf(query);
      body = List.copyOf(body);
    }

    static Inputs query(String... names) {
      return new Inputs(List.of(names), List.of());
    }

    static Inputs body(String... names) {
      return new Inputs(List.of(), List.of(names));
    }
  }

  /// What answers it.
  interface Handler {
    Answer answer(Call call) throws Exception;
  }

  /// The parts of a path that differ, if it is one of this route's.
  Optional<Map<String, String>> match(String asked) {
    String[] wanted = path.split("/", -1);
    String[] found = asked.split("/", -1);
    if (wanted.length != found.length) {
      return Optional.empty();
    }
    var parts = new HashMap<String, String>();
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].startsWith("{")) {
        if (found[i].isEmpty()) {
          return Optional.empty();
        }
        parts.put(wanted[i].substring(1, wanted[i].length() - 1), found[i]);
      } else if (!wanted[i].equals(found[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(parts);
  }
}
