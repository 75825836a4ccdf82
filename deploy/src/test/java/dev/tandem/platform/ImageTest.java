package dev.tandem.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/// The Dockerfile and the image that is made without an engine are one image.
class ImageTest {
  private static final Pattern FILES = Pattern.compile("/src/deploy/target/image(/\\S+) (/\\S+)");

  /// What an instruction of the last stage says, each time it stands there.
  private static List<String> said(String instruction) throws IOException {
    String text = Files.readString(Platform.DOCKERFILE).replace("\\\n", " ");
    String last = text.substring(text.lastIndexOf("\nFROM "));
    return last.lines()
        .filter(line -> line.startsWith(instruction + " "))
        .map(line -> line.substring(instruction.length()).strip())
        .toList();
  }

  private static List<String> words(String list) {
    return List.of(list.replaceAll("[\\[\\]\" ]", "").split(","));
  }

  private static Element pom() throws Exception {
    var reader = javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder();
    return reader.parse(Path.of("pom.xml").toFile()).getDocumentElement();
  }

  /// What the profile `image-tar` says.
  private static String tar(String element) throws Exception {
    var profiles = pom().getElementsByTagName("profile");
    for (int i = 0; i < profiles.getLength(); i++) {
      var profile = (Element) profiles.item(i);
      if (profile.getElementsByTagName("id").item(0).getTextContent().equals("image-tar")) {
        return profile.getElementsByTagName(element).item(0).getTextContent().strip();
      }
    }
    throw new AssertionError("no profile image-tar in pom.xml");
  }

  @Test
  void shouldBeTheSameImageEitherWay() throws Exception {
    assertThat(said("FROM")).containsExactly(tar("image.base"));
    assertThat(said("USER")).containsExactly(tar("user"));
    assertThat(said("WORKDIR")).containsExactly(tar("workingDirectory"));
    assertThat(said("VOLUME")).containsExactly(tar("volumes"));
    assertThat(said("EXPOSE")).containsExactly(tar("ports"));
    assertThat(words(said("ENTRYPOINT").getFirst())).isEqualTo(words(tar("entrypoint")));
    assertThat(words(said("CMD").getFirst())).isEqualTo(words(tar("args")));
    assertThat(said("ENV")).containsExactly("JDK_JAVA_OPTIONS=" + tar("JDK_JAVA_OPTIONS"));
  }

  @Test
  void shouldRunAsNobodyWithANumber() throws IOException {
    assertThat(said("USER").getFirst()).matches("[1-9][0-9]{3,}:[1-9][0-9]{3,}");
  }

  @Test
  void shouldCopyEachPlaceOfTheLayoutToWhereItStands() throws IOException {
    for (String copy : said("COPY")) {
      var places = FILES.matcher(copy);
      assertThat(places.find()).as(copy).isTrue();
      assertThat(places.group(2)).isEqualTo(places.group(1));
      assertThat(Path.of("image", "files" + places.group(1))).exists();
    }
    assertThat(said("COPY")).hasSize(2);
  }

  @Test
  void shouldStartTheProgramWithOptionsThatJavaTakes() throws Exception {
    assertThat(java("")).contains("MaxRAMPercentage", "55.0");
  }

  @Test
  void shouldLetAContainersOwnOptionsWin() throws Exception {
    assertThat(java(" -XX:MaxRAMPercentage=40")).containsPattern("MaxRAMPercentage += 40.0");
    assertThat(java(" -XX:-UseParallelGC -XX:+UseSerialGC")).containsPattern("UseSerialGC += true");
  }

  /// What Java says of its flags, started as the image does.
  ///
  /// @param more behind what the image has in the variable
  private static String java(String more) throws Exception {
    Path options = Path.of("image", "files", "opt", "tandem", "java.options");
    var start =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+PrintFlagsFinal",
            "-version");
    start.environment().put("JDK_JAVA_OPTIONS", "@" + options + more);
    Process java = start.redirectErrorStream(true).start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(java.waitFor()).as(said).isZero();
    return said;
  }
}
