package dev.tandem.lens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.spec.SpecReader;
import dev.tandem.spec.YamlReader;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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

  @Test
  void shouldLookIntoTheLensesThatLensesHold() {
    for (String misspelt :
        List.of(
            "{ default: { of: { lokup: a, values: { A: B } }, value: B } }",
            "{ default: { of: { default: { of: { lokup: a }, value: B } }, value: B } }",
            "{ each: lines, map: { f: { lokup: a } } }",
            "{ record: { f: { lokup: a } } }")) {
      var problems = new Problems();
      Node map = YamlReader.parse("x.yaml", "field: " + misspelt, problems).orElseThrow();
      LensNames.check((Node.Mapping) map, "map", problems);
      assertThat(problems.all())
          .as(misspelt)
          .singleElement()
          .satisfies(problem -> assertThat(problem.fix()).contains("lookup"));
    }
    var problems = new Problems();
    Node right =
        YamlReader.parse("x.yaml", "f: { default: { of: col, value: B } }", problems).orElseThrow();
    LensNames.check((Node.Mapping) right, "map", problems);
    assertThat(problems.all()).isEmpty();
  }
}
