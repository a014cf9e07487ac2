package io.berth.leasing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobRoomTest {

  private static final Duration LATER = Duration.ofSeconds(30);

  @Test
  void takesWhatFits() {
    assertThatCode(() -> new JobRoom(99, 400_000, 16_000_000).requireFor(100_000, 100, LATER))
        .doesNotThrowAnyException();
    // One alone always does: no request is as large.
    assertThatCode(
            () -> new JobRoom(0, 0, 0).requireFor(JobRoom.UNFINISHED_BYTES_MAX + 1, 100, LATER))
        .doesNotThrowAnyException();
  }

  @Test
  void hasOthersFinishFirst() {
    assertThat(refusal(new JobRoom(100, 1_000, 1_000), 1_000))
        .satisfies(refused -> assertThat(refused.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS))
        .hasMessageContaining("100 unfinished jobs");
    assertThat(refusal(new JobRoom(9, JobRoom.UNFINISHED_BYTES_MAX - 10, 1_000), 11))
        .satisfies(refused -> assertThat(refused.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS))
        .hasMessageContaining("511 KiB");
  }

  @Test
  void takesNoMoreOfALeaseThatHadTooMuch() {
    assertThat(refusal(new JobRoom(0, 0, JobRoom.BYTES_MAX - 10), 11))
        .satisfies(refused -> assertThat(refused.type()).isEqualTo(ProblemType.CONFLICT))
        .hasMessageContaining("16 MiB");
  }

  private static ProblemException refusal(JobRoom room, long bytes) {
    ProblemException[] refused = new ProblemException[1];
    assertThatThrownBy(() -> room.requireFor(bytes, 100, LATER))
        .isInstanceOfSatisfying(ProblemException.class, refusal -> refused[0] = refusal);
    return refused[0];
  }
}
