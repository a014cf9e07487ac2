package io.berth.kubernetes.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LogLinesTest {

  private final LogLines lines = new LogLines(1_000_000);

  @Test
  void putsLinesTogetherHoweverTheyCome() {
    assertThat(take("one\ntw")).isEqualTo("one\n");
    assertThat(take("o\n\nthr")).isEqualTo("two\n\n");
    assertThat(take("")).isEmpty();
    assertThat(lines.rest()).isEqualTo("thr\n");
    assertThat(lines.rest()).isEmpty();
  }

  @Test
  void keepsLettersWholeThatAreCutApart() {
    byte[] bytes = "Zürich\n".getBytes(UTF_8);

    String first = lines.take(ByteBuffer.wrap(bytes, 0, 2));

    assertThat(first + lines.take(ByteBuffer.wrap(bytes, 2, bytes.length - 2)))
        .isEqualTo("Zürich\n");
  }

  @Test
  void cutsALineWithoutEnd() {
    String taken = take("x".repeat(LogLines.LINE_LENGTH_MAX + 5));

    assertThat(taken).isEqualTo("x".repeat(LogLines.LINE_LENGTH_MAX) + "\n");
    assertThat(lines.rest()).isEqualTo("xxxxx\n");
  }

  @Test
  void letsNoLineEndBesidesItsOwn() {
    // A reader of server-sent events takes a carriage return for the end of a line too.
    assertThat(take("50%\r100%\r\n")).isEqualTo("50%100%\n");
    assertThat(take("a\0b\n")).isEqualTo("a\uFFFDb\n");
  }

  @Test
  void takesNoMoreThanItMay() {
    LogLines few = new LogLines(6);

    assertThat(few.take(ByteBuffer.wrap("one\ntwo\nthree".getBytes(UTF_8)))).isEqualTo("one\n");
    assertThat(few.isFull()).isTrue();
    assertThat(few.rest()).isEqualTo("tw\n");
    assertThat(few.take(ByteBuffer.wrap("o\n".getBytes(UTF_8)))).isEmpty();
  }

  private String take(String text) {
    return lines.take(ByteBuffer.wrap(text.getBytes(UTF_8)));
  }
}
