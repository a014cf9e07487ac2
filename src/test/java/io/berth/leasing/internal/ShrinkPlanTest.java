package io.berth.leasing.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.berth.booking.Quote.HeldSlots;
import io.berth.inventory.NodeId;
import io.berth.leasing.Job;
import io.berth.leasing.JobId;
import io.berth.leasing.JobObservation;
import io.berth.leasing.JobSpec;
import io.berth.leasing.JobState;
import io.berth.leasing.LeaseId;
import io.berth.matching.Slots;
import io.berth.platform.OrganizationId;
import io.berth.platform.ProblemException;
import io.berth.platform.ProblemType;
import io.berth.policy.DecisionId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ShrinkPlanTest {

  private static final NodeId A = new NodeId(new UUID(0, 1));
  private static final NodeId B = new NodeId(new UUID(0, 2));
  private static final Map<NodeId, String> NAMES = Map.of(A, "a", B, "b");
  private static final List<HeldSlots> SLOTS =
      List.of(new HeldSlots(A, Slots.first(8)), new HeldSlots(B, Slots.first(8)));

  @Test
  void givesNodesWithoutJobsFirst() {
    ShrinkPlan plan = ShrinkPlan.keeping(5, SLOTS, NAMES, List.of(job(2, 2, "a")));

    assertThat(plan.given())
        .containsExactlyInAnyOrder(
            new HeldSlots(B, Slots.first(8)), new HeldSlots(A, Slots.parse("{[5,8)}")));
    assertThat(plan.kept()).containsExactly(new HeldSlots(A, Slots.first(5)));
    assertThat(plan.keptCount()).isEqualTo(5);
  }

  @Test
  void keepsWhatJobsMayBeUsing() {
    Job job = job(2, 2, "a");

    assertThat(ShrinkPlan.keeping(4, SLOTS, NAMES, List.of(job)).keptCount()).isEqualTo(4);
    ProblemException refusal =
        catchThrowableOfType(
            ProblemException.class, () -> ShrinkPlan.keeping(3, SLOTS, NAMES, List.of(job)));

    assertThat(refusal.type()).isEqualTo(ProblemType.CONFLICT);
    assertThat(refusal.extensions()).containsEntry("jobs", List.of(job.id().toString()));
    assertThat(refusal.detail()).contains("train (" + job.id() + ")");
  }

  @Test
  void countsAsManyPodsOnANodeAsCanBeThere() {
    // Which of the two nodes has two of the three pods is not known.
    Job job = job(4, 3, "a", "b");

    assertThat(
            catchThrowableOfType(
                ProblemException.class, () -> ShrinkPlan.keeping(15, SLOTS, NAMES, List.of(job))))
        .isNotNull();
  }

  @Test
  void leavesRoomForJobsThatHaveNoPlaceYet() {
    Job job = job(8, 1);

    assertThat(ShrinkPlan.keeping(8, SLOTS, NAMES, List.of(job)).keptCount()).isEqualTo(8);
    assertThat(
            catchThrowableOfType(
                ProblemException.class, () -> ShrinkPlan.keeping(7, SLOTS, NAMES, List.of(job))))
        .isNotNull();
  }

  @Test
  void givesNamedNodesBackThatNoJobUses() {
    List<Job> live = List.of(job(1, 1, "a"));

    assertThat(ShrinkPlan.without(List.of(B), SLOTS, NAMES, live).kept())
        .containsExactly(new HeldSlots(A, Slots.first(8)));
    assertThat(refusal(List.of(A), live).type()).isEqualTo(ProblemType.CONFLICT);
    assertThat(refusal(List.of(A, B), List.of()).type()).isEqualTo(ProblemType.UNPROCESSABLE);
    assertThat(refusal(List.of(NodeId.fresh()), List.of()).errors().getFirst().pointer())
        .isEqualTo("/nodes/0");
  }

  @Test
  void refusesToKeepAsManyAsThereAre() {
    assertThat(
            catchThrowableOfType(
                    ProblemException.class, () -> ShrinkPlan.keeping(16, SLOTS, NAMES, List.of()))
                .type())
        .isEqualTo(ProblemType.UNPROCESSABLE);
  }

  private static ProblemException refusal(List<NodeId> nodes, List<Job> live) {
    return catchThrowableOfType(
        ProblemException.class, () -> ShrinkPlan.without(nodes, SLOTS, NAMES, live));
  }

  private static Job job(int acceleratorsPerPod, int pods, String... nodes) {
    return new Job(
        JobId.fresh(),
        LeaseId.fresh(),
        OrganizationId.fresh(),
        DecisionId.fresh(),
        false,
        new JobSpec(
            "train",
            "registry.example/train:1",
            List.of(),
            List.of(),
            Map.of(),
            acceleratorsPerPod,
            pods,
            0,
            null),
        new JobObservation(JobState.RUNNING, "", List.of(nodes), List.of(), null, null, 0, 0),
        Instant.EPOCH,
        0);
  }
}
