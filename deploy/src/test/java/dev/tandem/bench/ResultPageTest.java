package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.bench.PeerSettings.Setting;
import dev.tandem.bench.Subject.By;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ResultPageTest {
  private static final String LOAD = "300,000 updates, 1 per transaction";

  private static final List<Measured> MEASURED =
      List.of(
          Results.measured(LOAD, "PostgreSQL's own replication", By.NATIVE, 50_000),
          Results.measured(LOAD, "Debezium and its JDBC sink", By.CONNECT, 4_000),
          Results.measured(LOAD, "apply", By.STEP, 60_000),
          Results.measured(LOAD, "all at once", By.TANDEM, 20_000));

  private static String page() {
    return ResultPage.of(runs(MEASURED, List.of()));
  }

  private static Runs runs(List<Measured> measured, List<String> failures) {
    return new Runs(List.of(Results.of(measured, failures)));
  }

  /// The page is XML too, so that nothing in it is left open or unescaped.
  private static Document parsed(String page) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<String> texts(Document page, String element) {
    NodeList found = page.getElementsByTagName(element);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }

  @Test
  void shouldNeedNoNetworkAndNoScript() {
    assertThat(page())
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContain("<script")
        .doesNotContain("src=")
        .doesNotContain("@import")
        .doesNotContain("url(");
  }

  @Test
  void shouldFollowTheReadersChoiceOfLightOrDark() {
    assertThat(page()).contains("color-scheme:light dark").contains("prefers-color-scheme:dark");
  }

  @Test
  void shouldShowAllThatWasMeasuredWithItsFigures() throws Exception {
    assertThat(texts(parsed(page()), "td"))
        .contains(
            "PostgreSQL's own replication",
            "Debezium and its JDBC sink",
            "apply",
            "all at once",
            "20,000",
            "10.0",
            "25.0");
  }

  @Test
  void shouldSayHowManyTimesAsFastAsEachPeerTandemWas() throws Exception {
    assertThat(texts(parsed(page()), "td")).contains("5.00", "0.40");
  }

  @Test
  void shouldDrawRatesCostsAndLag() throws Exception {
    Document page = parsed(page());
    assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(4);
    assertThat(page.getElementsByTagName("polyline").getLength())
        .as("what did the whole work, by Tandem or a peer")
        .isEqualTo(3);
  }

  @Test
  void shouldDescribeTheMachine() throws Exception {
    assertThat(texts(parsed(page()), "p").getFirst())
        .contains("2 × Some Processor <2.5 GHz>", "24 GiB", "PostgreSQL 18.6", "UseParallelGC");
  }

  @Test
  void shouldSayHowPeersAreSetUpAndWhy() throws Exception {
    List<String> cells = texts(parsed(page()), "td");
    for (Setting setting : PeerSettings.all()) {
      assertThat(cells).contains(setting.key(), setting.value(), setting.because());
    }
  }

  @Test
  void shouldLeaveSettingsOutWherePeersAre() {
    List<Measured> alone = List.of(Results.measured(LOAD, "all at once", By.TANDEM, 20_000));
    assertThat(ResultPage.of(runs(alone, List.of())))
        .doesNotContain("use.reduction.buffer")
        .doesNotContain("times as fast");
  }

  @Test
  void shouldSayWhatIsMoreThanTheMachineKeepsUpWith() throws Exception {
    Document page = parsed(page());
    assertThat(texts(page, "p"))
        .anyMatch(text -> text.startsWith("20,000 changes per second are more than"));
    assertThat(texts(page, "td")).contains("2,000", "verdict");
  }

  @Test
  void shouldTellTheSpreadOfSeveralRuns() throws Exception {
    var slow = List.of(Results.measured(LOAD, "all at once", By.TANDEM, 10_000));
    var fast = List.of(Results.measured(LOAD, "all at once", By.TANDEM, 30_000));
    var page =
        parsed(
            ResultPage.of(
                new Runs(
                    List.of(
                        Results.of(fast, List.of()),
                        Results.of(slow, List.of()),
                        Results.of(MEASURED, List.of())))));
    assertThat(texts(page, "td")).contains("20,000 (10,000 to 30,000)");
    assertThat(texts(page, "p")).contains("Medians of 3 runs.");
  }

  @Test
  void shouldSayWhatTheIdleProgramTakes() throws Exception {
    assertThat(texts(parsed(page()), "p"))
        .anyMatch(text -> text.contains("4.0 % of one core and 400 MiB resident"));
  }

  @Test
  void shouldSayWhatWasNotMeasured() throws Exception {
    String failure = "the JDBC sink: not measured: expected <a table> & found none";
    String page = ResultPage.of(runs(MEASURED, List.of(failure)));
    assertThat(texts(parsed(page), "p")).contains(failure);
  }
}
