package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.spec.SpecReader;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The JSON Schema that editors use knows the same lenses as the reader that decides.
class LensNamesTest {
  @Test
  void shouldStandInTheSchemaWithTheirOptions() throws Exception {
    JsonNode lens;
    try (InputStream schema = SpecReader.class.getResourceAsStream("spec.schema.json")) {
      lens = new ObjectMapper().readTree(Objects.requireNonNull(schema)).path("$defs").path("lens");
    }
    Map<String, Set<String>> described = new HashMap<>();
    for (JsonNode each : lens.path("anyOf")) {
      if (each.has("required")) {
        var keys = new HashSet<String>();
        each.path("properties").fieldNames().forEachRemaining(keys::add);
        String keyword = each.path("required").path(0).asText();
        keys.remove(keyword);
        described.put(keyword, keys);
      }
    }
    Map<String, Set<String>> known = new HashMap<>();
    for (LensName name : LensName.values()) {
      known.put(name.keyword(), new HashSet<>(name.options()));
    }
    assertThat(described).isEqualTo(known);
  }
}
