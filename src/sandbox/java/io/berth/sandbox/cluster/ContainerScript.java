package io.berth.sandbox.cluster;

import io.fabric8.kubernetes.api.model.Container;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a simulated container does, read from its command and arguments.
 *
 * @param duration the sum of every {@code sleep N} in them (with a unit s, m, h or d, or {@code
 *     infinity}); one second where there is none
 * @param exitCode the last {@code exit K} in them, else 0
 * @param lines the words of every {@code echo WORDS} in them
 */
record ContainerScript(Duration duration, int exitCode, List<String> lines) {

  private static final Pattern SLEEP =
      Pattern.compile("\\bsleep\\s+(infinity|(\\d+(?:\\.\\d+)?)([smhd]?))");
  private static final Pattern EXIT = Pattern.compile("\\bexit\\s+(\\d{1,3})\\b");
  private static final Pattern ECHO = Pattern.compile("\\becho\\s+([^;&|\n]+)");
  private static final Duration WITHOUT_SLEEP = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(36_500);

  static ContainerScript of(Container container) {
    String text =
        Stream.of(container.getCommand(), container.getArgs())
            .map(words -> Objects.requireNonNullElse(words, List.<String>of()))
            .flatMap(List::stream)
            .collect(Collectors.joining(" "));
    Matcher sleep = SLEEP.matcher(text);
    boolean sleeps = false;
    Duration duration = Duration.ZERO;
    while (sleep.find()) {
      sleeps = true;
      duration =
          duration.plus(sleep.group(2) == null ? FOREVER : length(sleep.group(2), sleep.group(3)));
    }
    Matcher exit = EXIT.matcher(text);
    int exitCode = 0;
    while (exit.find()) {
      exitCode = Integer.parseInt(exit.group(1)) & 0xff;
    }
    List<String> lines = ECHO.matcher(text).results().map(found -> found.group(1).strip()).toList();
    return new ContainerScript(sleeps ? duration : WITHOUT_SLEEP, exitCode, lines);
  }

  private static Duration length(String amount, String unit) {
    Duration one =
        switch (unit) {
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          case "d" -> Duration.ofDays(1);
          default -> Duration.ofSeconds(1);
        };
    BigDecimal millis = new BigDecimal(amount).multiply(BigDecimal.valueOf(one.toMillis()));
    return Duration.ofMillis(millis.min(BigDecimal.valueOf(FOREVER.toMillis())).longValue());
  }
}
