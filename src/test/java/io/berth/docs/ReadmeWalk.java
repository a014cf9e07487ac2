package io.berth.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the README's walks as a reader would: every {@code sh} block below a heading, in one shell,
 * each answer compared with the {@code json} block that follows it. Identifiers, times and trace
 * ids differ from run to run and compare by their form; {@code "…": "…"} in an object or {@code
 * "…"} in an array says that the README leaves something out there.
 */
final class ReadmeWalk {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BLOCK = Pattern.compile("```(sh|json)\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ID = Pattern.compile("\\b([a-z]+)_[a-z2-7]{26}\\b");
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z");
  private static final Pattern TRACE = Pattern.compile("\\b[0-9a-f]{32}\\b");
  private static final String ELLIPSIS = "…";
  private static final int MINUTES_MAX = 5;

  private ReadmeWalk() {}

  /** One request of the README and the answer printed below it; empty where none is printed. */
  record Step(String shell, String answer) {}

  /** Reads the walk through the sandbox; its first step says how requests are made. */
  static List<Step> steps(Path readme) throws IOException {
    return below("A walk", readme);
  }

  /** Reads a provider's walk with a cluster of its own, which goes on in the same shell. */
  static List<Step> stepsOfAProvider(Path readme) throws IOException {
    List<Step> steps = new ArrayList<>();
    steps.add(steps(readme).getFirst());
    steps.addAll(below("A cluster of your own", readme));
    return steps;
  }

  private static List<Step> below(String heading, Path readme) throws IOException {
    String text = Files.readString(readme);
    int start = text.indexOf("\n## " + heading + "\n");
    assertThat(start).as("the README has the heading %s", heading).isNotNegative();
    String walk = text.substring(start);
    int next = walk.indexOf("\n## ", 4);
    Matcher blocks = BLOCK.matcher(next < 0 ? walk : walk.substring(0, next));
    List<Step> steps = new ArrayList<>();
    while (blocks.find()) {
      if (blocks.group(1).equals("sh")) {
        steps.add(new Step(blocks.group(2), ""));
      } else {
        Step asked = steps.removeLast();
        assertThat(asked.answer()).as("one answer a request: %s", asked.shell()).isEmpty();
        steps.add(new Step(asked.shell(), blocks.group(2)));
      }
    }
    return steps;
  }

  /**
   * Runs the walk.
   *
   * @param service where the service listens, put in the place of the README's address
   * @param sandboxFolder where the tokens are, put in the place of {@code .sandbox}
   */
  static void run(List<Step> steps, URI service, Path sandboxFolder)
      throws IOException, InterruptedException {
    run(steps, service, sandboxFolder, Map.of());
  }

  /**
   * The same.
   *
   * @param environment what the shell knows besides
   */
  static void run(
      List<Step> steps, URI service, Path sandboxFolder, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> printed = printed(script(steps, service, sandboxFolder), environment);
    assertThat(printed).as("every step ran to its end").hasSameSizeAs(steps);
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (!step.answer().isEmpty()) {
        compare(step, printed.get(i));
      }
    }
  }

  private static String script(List<Step> steps, URI service, Path sandboxFolder) {
    StringBuilder script = new StringBuilder("set -eu\n");
    for (Step step : steps) {
      script
          .append(
              step.shell()
                  .replace("http://127.0.0.1:8080", service.toString())
                  .replace(".sandbox/", sandboxFolder + "/"))
          .append("\nprintf '\\036'\n");
    }
    return script.toString();
  }

  private static List<String> printed(String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path file = Files.createTempFile("walk", ".sh");
    Path output = Files.createTempFile("walk", ".out");
    Files.writeString(file, script);
    ProcessBuilder bash =
        new ProcessBuilder("bash", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    bash.environment().putAll(environment);
    Process shell = bash.start();
    boolean ended = shell.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
    shell.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as("the walk ends; it printed: %s", text).isTrue();
    assertThat(shell.exitValue()).as("the shell's exit code; it printed: %s", text).isZero();
    Files.delete(file);
    Files.delete(output);
    // Each step ends with a record separator, so what follows the last one is empty.
    return List.of(text.split("\036"));
  }

  private static void compare(Step step, String printed) throws JsonProcessingException {
    JsonNode expected = JSON.readTree(step.answer());
    JsonNode got;
    try {
      got = JSON.readTree(printed);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + printed + "\nin answer to " + step.shell(), e);
    }
    List<String> differences = new ArrayList<>();
    collect("", expected, got, differences);
    assertThat(differences)
        .as("%s\nwas answered\n%s", step.shell(), got == null ? printed : got.toPrettyString())
        .isEmpty();
  }

  private static void collect(
      String at, JsonNode expected, JsonNode got, List<String> differences) {
    if (expected.isObject() && got.isObject()) {
      for (Map.Entry<String, JsonNode> member : expected.properties()) {
        if (member.getKey().equals(ELLIPSIS)) {
          continue;
        }
        String place = at + "/" + member.getKey();
        if (got.has(member.getKey())) {
          collect(place, member.getValue(), got.get(member.getKey()), differences);
        } else {
          differences.add(place + " is missing");
        }
      }
      if (!expected.has(ELLIPSIS)) {
        for (Iterator<String> names = got.fieldNames(); names.hasNext(); ) {
          String name = names.next();
          if (!expected.has(name)) {
            differences.add(at + "/" + name + " is not in the README");
          }
        }
      }
    } else if (expected.isArray() && got.isArray()) {
      boolean more = !expected.isEmpty() && isEllipsis(expected.get(expected.size() - 1));
      int shown = more ? expected.size() - 1 : expected.size();
      if (more ? got.size() < shown : got.size() != shown) {
        differences.add(at + " has " + got.size() + " elements");
        return;
      }
      for (int i = 0; i < shown; i++) {
        collect(at + "/" + i, expected.get(i), got.get(i), differences);
      }
    } else if (!isEllipsis(expected) && !form(expected).equals(form(got))) {
      differences.add(at + " is " + got + " where the README has " + expected);
    }
  }

  private static boolean isEllipsis(JsonNode node) {
    return node.isTextual() && node.asText().equals(ELLIPSIS);
  }

  /** A value with what differs from run to run taken out. */
  private static String form(JsonNode value) {
    String text = ID.matcher(value.toString()).replaceAll("$1_");
    return TRACE.matcher(TIME.matcher(text).replaceAll("<time>")).replaceAll("<trace>");
  }
}
