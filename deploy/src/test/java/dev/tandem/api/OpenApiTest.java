package dev.tandem.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tandem.answer.DivergenceJson;
import dev.tandem.answer.JobJson;
import dev.tandem.job.JobState;
import dev.tandem.jobs.TestJobs;
import dev.tandem.ledger.Events;
import dev.tandem.ledger.TargetQuery;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.wire.Divergence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The OpenAPI file and the server say the same.
class OpenApiTest {
  private static JsonNode file() throws IOException {
    return new YAMLMapper().readTree(ReadRoutes.openApi().body());
  }

  /// What a caller has to know of one operation.
  private record Operation(
      String name, String method, String path, String role, Set<String> query, Set<String> body) {}

  @Test
  void shouldDescribeEveryRouteAndNoOther() throws IOException {
    var described = new ArrayList<Operation>();
    JsonNode file = file();
    for (Map.Entry<String, JsonNode> path : file.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (!method.getKey().equals("parameters")) {
          described.add(operation(file, path.getKey(), method));
        }
      }
    }
    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            TestServer.routes().stream().map(OpenApiTest::operation).toList());
  }

  private static Operation operation(Route route) {
    return new Operation(
        route.name(),
        route.method().name(),
        route.path(),
        route.access().name().toLowerCase(Locale.ROOT),
        new TreeSet<>(route.inputs().query()),
        new TreeSet<>(route.inputs().body()));
  }

  private static Operation operation(
      JsonNode file, String path, Map.Entry<String, JsonNode> method) {
    JsonNode operation = method.getValue();
    var query = new TreeSet<String>();
    for (JsonNode parameter : operation.path("parameters")) {
      JsonNode found = resolved(file, parameter);
      assertThat(found.path("in").asText()).isEqualTo("query");
      query.add(found.path("name").asText());
    }
    JsonNode schema =
        resolved(file, operation.path("requestBody"))
            .path("content")
            .path("application/json")
            .path("schema");
    var body = new TreeSet<String>();
    resolved(file, schema).path("properties").fieldNames().forEachRemaining(body::add);
    return new Operation(
        operation.path("operationId").asText(),
        method.getKey().toUpperCase(Locale.ROOT),
        path,
        operation.path("security").path(0).path("bearer").path(0).asText(),
        query,
        body);
  }

  private static JsonNode resolved(JsonNode file, JsonNode node) {
    return node.has("$ref") ? file.at(node.path("$ref").asText().substring(1)) : node;
  }

  @Test
  void shouldPointOnlyAtWhatIsThere() throws IOException {
    JsonNode file = file();
    List<String> references = file.findValuesAsText("$ref");
    assertThat(references)
        .isNotEmpty()
        .allSatisfy(it -> assertThat(file.at(it.substring(1)).isMissingNode()).as(it).isFalse());
  }

  @Test
  void shouldNameEveryPartOfAPathAndRequireAReasonOfEveryBody() throws IOException {
    JsonNode file = file();
    for (Map.Entry<String, JsonNode> path : file.path("paths").properties()) {
      var named = new TreeSet<String>();
      for (JsonNode parameter : path.getValue().path("parameters")) {
        named.add("{" + resolved(file, parameter).path("name").asText() + "}");
      }
      assertThat(Arrays.stream(path.getKey().split("/")).filter(it -> it.startsWith("{")))
          .containsExactlyInAnyOrderElementsOf(named);
    }
    for (JsonNode body : file.at("/components/requestBodies")) {
      JsonNode schema = resolved(file, body.at("/content/application~1json/schema"));
      assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
      assertThat(schema.path("required").toString()).contains("\"reason\"");
    }
  }

  /// What a job answers is what is described, down to each of its four numbers.
  @Test
  void shouldDescribeEveryFieldOfAJobAndNoOther() throws IOException {
    JsonNode schema = file().at("/components/schemas/Job");
    var form = new DivergenceJson(new TargetQuery(new MigrationPlan("mini", List.of())));
    JsonNode told = JobJson.report(TestJobs.found("v1", Events.of("1")), form);
    assertThat(names(schema.path("properties"))).containsExactlyElementsOf(names(told));
    for (String number : List.of("progress", "divergence", "repairability", "blastRadius")) {
      assertThat(names(schema.path("properties").path(number).path("properties")))
          .as(number)
          .containsAll(names(told.path(number)));
    }
    assertThat(names(schema.at("/properties/progress/properties"))).contains("secondsLeft");
    var states = new ArrayList<String>();
    schema.at("/properties/state/enum").forEach(it -> states.add(it.asText()));
    assertThat(states)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(JobState.values()).map(Enum::name).toList());
  }

  private static Set<String> names(JsonNode node) {
    var names = new TreeSet<String>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void shouldNameEveryKindOfDivergence() throws IOException {
    var kinds = new ArrayList<String>();
    file().at("/components/schemas/DivergenceKind/enum").forEach(it -> kinds.add(it.asText()));
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Divergence.Kind.values()).map(Enum::name).toList());
  }
}
