package io.berth.kubernetes.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobLogTest {

  @Test
  void asksForWhatIsWantedAndNoMoreThanMayCome() {
    Pod pod = pod("job-a-0-x7k2p", "2026-11-01T10:00:00Z");

    assertThat(new JobLog(0, false, null, false).path("berth-a", pod, 100))
        .isEqualTo(
            "api/v1/namespaces/berth-a/pods/job-a-0-x7k2p/log?container=main&limitBytes=100");
    assertThat(new JobLog(0, true, 5, true).path("berth-a", pod, 100))
        .endsWith("&limitBytes=100&follow=true&timestamps=true&tailLines=5");
  }

  @Test
  void readsThePodThatWasMadeLast() {
    Pod first = pod("a", "2026-11-01T10:00:00Z");
    Pod second = pod("b", "2026-11-01T10:00:01Z");

    assertThat(JobLog.newest(List.of(first, second, pod("c", null)))).contains(second);
    assertThat(JobLog.newest(List.of())).isEmpty();
  }

  @Test
  void isLedNowhereByAPodsName() {
    assertThat(
            JobLog.newest(
                List.of(
                    pod("../../../../api/v1/secrets", "2026-11-01T10:00:00Z"),
                    pod("a?b", "2026-11-01T10:00:00Z"),
                    pod("a/b", "2026-11-01T10:00:00Z"),
                    pod("a%2fb", "2026-11-01T10:00:00Z"),
                    pod("..", "2026-11-01T10:00:00Z"))))
        .isEmpty();
  }

  private static Pod pod(String name, @Nullable String createdAt) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withCreationTimestamp(createdAt)
        .endMetadata()
        .build();
  }
}
